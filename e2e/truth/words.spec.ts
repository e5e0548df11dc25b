import { expect, test } from "@playwright/test";
import { durationIn, expectDuration, expectShare } from "./read-page.ts";

test("C111: a duration in words is read to its last digit, and one that is further off than that is noticed", () => {
  const read = (text: string) => Object.values(durationIn(text));
  expect(["350 ms", "48.6s", "48 s", "2 min", "1 min 31 s", "2.5min", "3 h 18 min"].map(read)).toEqual([
    [350, 1],
    [48_600, 100],
    [48_000, 1_000],
    [120_000, 6_000],
    [91_000, 1_000],
    [150_000, 6_000],
    [11_880_000, 60_000],
  ]);
  expectDuration("48.6 s", 48_650);
  expectDuration("1 min 31 s", 60_000, 91_900);
  expectDuration("None", null);
  for (const wrong of [48_800, 48_400, null]) expect(() => expectDuration("48.6 s", wrong)).toThrow();
  expect(() => expectDuration("none", 1)).toThrow();
});

test("C111: a share in percent that is further off than its last digit is noticed", () => {
  expectShare("91.67", 2, 0.91665);
  expectShare("91.7", 1, 0.9, 0.95);
  for (const [text, digits, share] of [
    ["91.67", 2, 0.9165],
    ["91.7", 1, 0.9155],
    ["91.7", 1, null],
  ] as const)
    expect(() => expectShare(text, digits, share)).toThrow();
});
