import { describe, expect, it } from "vitest";
import { dialsShown, givesUp, instantMs, nextDial, stateAt } from "./row-times.ts";
import { dogRow } from "./testing/dog-row.ts";

const at = (clock: string) => Date.parse(`2026-01-05T${clock}Z`);

describe("times of a row", () => {
  it("C26: a dial ahead counts down, a dial whose time has come is now", () => {
    const row = dogRow("A");
    expect(nextDial(row, at("19:12:26"))).toEqual({ status: "waiting", at: at("19:12:38") });
    expect(nextDial(row, at("19:12:38"))).toEqual({ status: "now" });
    expect(stateAt(row, at("19:12:38"))).toBe("dialing");
    expect(stateAt(row, at("19:12:37"))).toBe("reconnecting");
  });

  it("C26: a dog that is back or gave up has no next dial", () => {
    expect(nextDial(dogRow("A", { next_retry_time: null }), 0)).toEqual({ status: "none" });
    expect(nextDial(dogRow("A", { is_connected: true }), 0)).toEqual({ status: "none" });
  });

  it("C26: the end is a range, urgent under 60 s to its earliest", () => {
    const row = dogRow("A");
    const range = { status: "range", from: at("19:14:08"), to: at("19:15:48") } as const;
    expect(givesUp(row, at("19:13:08"))).toEqual({ ...range, urgent: false });
    expect(givesUp(row, at("19:13:09"))).toEqual({ ...range, urgent: true });
  });

  it("C26: never, back and past are words of their own", () => {
    expect(givesUp(dogRow("A", { gives_up_at: null }), 0)).toEqual({ status: "never" });
    expect(givesUp(dogRow("A", { state: "settling" }), 0)).toEqual({ status: "back" });
    expect(givesUp(dogRow("A", { state: "gave_up" }), 0)).toEqual({ status: "past", at: at("19:15:48") });
    expect(givesUp(dogRow("A", { state: "connected" }), 0)).toEqual({ status: "none" });
  });

  it("C26: a settling dog shows the dials it took, where they are known", () => {
    expect(dialsShown(dogRow("A", { state: "settling", dials: 6 }))).toBe(6);
    expect(dialsShown(dogRow("A", { state: "settling" }))).toBeNull();
    expect(dialsShown(dogRow("A", { state: "connected" }))).toBeNull();
  });

  it("C26: an instant no clock can read is no instant", () => {
    expect(instantMs("soon")).toBeNull();
    expect(instantMs(null)).toBeNull();
  });
});
