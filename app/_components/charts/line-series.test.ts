import { describe, expect, it } from "vitest";
import { isolated } from "./line-series.ts";

describe("lines", () => {
  it("C81: a point between two gaps is a dot, a point of a line is not", () => {
    const points = [1, null, 2, 3, null, 4].map((v, at) => ({ at, values: { v } }));
    expect([...isolated(points, "v")]).toEqual([0, 5]);
    expect([...isolated(points, "other")]).toEqual([]);
  });
});
