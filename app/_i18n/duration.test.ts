import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countdownText, durationParts, utcOffsetLabel } from "./duration.ts";

describe("durations", () => {
  it.each([
    [0, "0:00"],
    [1, "0:01"],
    [21_000, "0:21"],
    [20_001, "0:21"],
    [131_000, "2:11"],
    [3_723_000, "1:02:03"],
    [-5_000, "0:00"],
  ])("C30: %i ms left reads %s", (ms, text) => expect(countdownText(ms)).toBe(text));

  it("C30: a countdown never runs backwards as time passes", () =>
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.nat(10_000), (left, passed) => {
        const seconds = (text: string) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
        expect(seconds(countdownText(left - passed))).toBeLessThanOrEqual(seconds(countdownText(left)));
      }),
    ));

  it.each([
    [151_000, { kind: "minutesSeconds", m: 2, s: 31 }],
    [56_999, { kind: "seconds", s: 56 }],
    [11_880_000, { kind: "hoursMinutes", h: 3, m: 18 }],
    [187_200_000, { kind: "daysHours", d: 2, h: 4 }],
    [Number.NaN, { kind: "seconds", s: 0 }],
  ])("C31: %d ms is %j", (ms, parts) => expect(durationParts(ms)).toEqual(parts));

  it("C31: tenths under a minute where asked", () => {
    expect(durationParts(48_640, 1)).toEqual({ kind: "seconds", s: 48.6 });
    expect(durationParts(412, 1)).toEqual({ kind: "milliseconds", ms: 412 });
    expect(durationParts(59_999, 1)).toEqual({ kind: "seconds", s: 59.9 });
    expect(durationParts(60_000, 1)).toEqual({ kind: "minutesSeconds", m: 1, s: 0 });
  });

  it("C32: a clock names its offset", () => {
    const at = Date.UTC(2026, 10, 22, 19, 12, 26);
    expect(utcOffsetLabel(at, "Asia/Shanghai")).toBe("UTC+8");
    expect(utcOffsetLabel(at, "UTC")).toBe("UTC");
    expect(utcOffsetLabel(at, "America/St_Johns")).toBe("UTC-3:30");
  });
});
