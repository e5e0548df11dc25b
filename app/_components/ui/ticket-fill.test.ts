import { describe, expect, it } from "vitest";
import { ticketFill } from "./ticket-fill.ts";

describe("ticket segments", () => {
  it("C26: only stable fills all four", () => {
    expect(ticketFill("stable")).toEqual([1, 1, 1, 1]);
    expect(ticketFill("failed", 4)).toEqual([1, 1, 1, 0]);
    expect(ticketFill("expired", 1)).toEqual([1, 0, 0, 0]);
    expect(ticketFill("armed")).toEqual([0.5, 0, 0, 0]);
    expect(ticketFill("queued")).toEqual([0, 0, 0, 0]);
  });
});
