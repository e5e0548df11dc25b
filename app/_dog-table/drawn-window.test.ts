import { describe, expect, it } from "vitest";
import { drawnWindow, WINDOW_STEP } from "./drawn-window.ts";

const SEEN = 29;
const COUNT = 200;

describe("the drawn window", () => {
  it("C78: holds every row that is seen and few beyond, none past the last", () => {
    for (let first = 0; first < COUNT; first += 1) {
      const last = Math.min(COUNT - 1, first + SEEN - 1);
      const { from, to } = drawnWindow(first, last, COUNT);
      expect(from).toBeLessThanOrEqual(first);
      expect(from).toBeGreaterThan(first - WINDOW_STEP);
      expect(to).toBeGreaterThan(last);
      expect(to).toBeLessThanOrEqual(Math.min(COUNT, last + 2 * WINDOW_STEP));
    }
    expect(drawnWindow(0, -1, 0)).toEqual({ from: 0, to: 0 });
  });

  it("C78: moves once in a step of rows", () => {
    const windows = new Set<string>();
    for (let first = 0; first < 10 * WINDOW_STEP; first += 1)
      windows.add(JSON.stringify(drawnWindow(first, first + SEEN - 1, COUNT)));
    expect(windows.size).toBe(10);
  });
});
