import { expect, it } from "vitest";
import { parseBytes, parseSpan } from "./config-amounts.ts";

it("H55: long times are days, or what durations are elsewhere", () => {
  expect(["30d", "0", "90", "36h", " 1d "].map(parseSpan)).toEqual([2_592_000_000, 0, 90_000, 129_600_000, 86_400_000]);
  for (const bad of ["", "d", "1.5d", "30 days", "-1d", "1d12h", "9999999d"]) expect(parseSpan(bad)).toBeUndefined();
});

it("H55: amounts of storage are bytes or come with their unit", () => {
  expect(["1000", "20GB", "1.5 GB", "512MiB", "2TiB", "0"].map(parseBytes)).toEqual([
    1_000, 20e9, 1.5e9, 536_870_912, 2_199_023_255_552, 0,
  ]);
  for (const bad of ["", "GB", "20gb", "1e9", "-1", "20G", "many"]) expect(parseBytes(bad)).toBeUndefined();
});
