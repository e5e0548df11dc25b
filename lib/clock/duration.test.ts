import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGoDuration, parseDuration } from "./duration.ts";

describe("parseDuration", () => {
  it.each([
    ["30", 30_000],
    ["0.5", 500],
    ["30s", 30_000],
    ["1m30s", 90_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["1h0m0.5s", 3_600_500],
    [" 5m ", 300_000],
    ["1500us", 2],
    ["0", 0],
  ])("G140: reads %s", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "-5s", "5 s", "s", "5x", "1h-2m", "Infinity", "NaN", "0x10", "1e3", "9".repeat(400), "5s5"])(
    "G140: refuses %s",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe("formatGoDuration", () => {
  it.each([
    [0, "0s"],
    [-5_000, "0s"],
    [1, "1s"],
    [8_000, "8s"],
    [14_001, "15s"],
    [60_000, "1m0s"],
    [90_000, "1m30s"],
    [3_600_000, "1h0m0s"],
    [90_061_000, "25h1m1s"],
  ])("G141: writes %d ms as %s", (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
  });

  it("G141: what is written reads back as the same whole seconds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        (s) => parseDuration(formatGoDuration(s * 1_000)) === s * 1_000,
      ),
    );
  });
});
