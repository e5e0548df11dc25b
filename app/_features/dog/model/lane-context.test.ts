import { expect, it } from "vitest";
import { contextFor } from "./lane-context.ts";

const NOW = Date.UTC(2026, 10, 23, 5);
const DAY = 86_400_000;

it("C108: the whole lane grows until it holds the view", () => {
  expect(contextFor(null, "24h", NOW)).toBe("24h");
  expect(contextFor({ from: NOW - 2 * DAY, to: NOW - DAY }, "24h", NOW)).toBe("7d");
  expect(contextFor({ from: NOW - 1_000, to: NOW }, "7d", NOW)).toBe("7d");
  expect(contextFor({ from: NOW - 90 * DAY, to: NOW }, "1h", NOW)).toBe("30d");
});
