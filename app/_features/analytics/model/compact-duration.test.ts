import { expect, it } from "vitest";
import { compactDuration } from "./compact-duration.ts";

it.each([
  [0, 0, "s"],
  [38, 38, "ms"],
  [7_740, 7.7, "s"],
  [151_000, 2.5, "min"],
  [3_600_000, 1, "h"],
  [93_600_000, 1.1, "d"],
  [34_600_000_000, 400, "d"],
])("C88: %i ms reads in one unit", (ms, value, unit) => expect(compactDuration(ms)).toEqual({ value, unit }));
