import { describe, expect, it } from "vitest";
import { STATS_WINDOWS } from "#lib/contracts/fleet.ts";
import { spanBounds, spanFault, spanOf, WINDOW_MS, WINDOWS, wantedOf } from "./stats-window.ts";

const T = Date.UTC(2026, 10, 23, 2);
const HOUR = 3_600_000;

describe("the window of statistics", () => {
  it("C105: a custom window needs both ends in order, else the ready-made one stands", () => {
    expect(spanOf({ window: "7d", from: T, to: T + 1 })).toEqual({ type: "custom", from: T, to: T + 1 });
    for (const [from, to] of [
      [T, null],
      [null, T],
      [T, T],
      [T + 1, T],
    ] as const)
      expect(spanOf({ window: "7d", from, to })).toEqual({ type: "window", window: "7d" });
  });

  it("C105: the console offers the API's own windows, and takes no longer one than the API", () => {
    expect(WINDOW_MS).toEqual(STATS_WINDOWS);
    expect(WINDOWS).toEqual(Object.keys(STATS_WINDOWS));
    expect(spanFault(T, T + 366 * 24 * HOUR)).toBeUndefined();
    expect(spanFault(T, T + 366 * 24 * HOUR + 1)).toBe("length");
    expect(spanFault(T, T)).toBe("order");
    expect(spanFault(null, T)).toBe("missing");
  });

  it("C105: charts never look beyond the moment shown", () => {
    const custom = { type: "custom", from: T, to: T + 2 * HOUR } as const;
    expect(wantedOf(custom, null)).toEqual({ from: "2026-11-23T02:00:00Z", to: "2026-11-23T04:00:00Z" });
    expect(wantedOf(custom, T + HOUR)).toEqual({ from: "2026-11-23T02:00:00Z", to: "2026-11-23T03:00:00Z" });
    expect(wantedOf(custom, T - HOUR)).toEqual({ window: "1h", to: "2026-11-23T01:00:00Z" });
    expect(wantedOf({ type: "window", window: "6h" }, T)).toEqual({ window: "6h", to: "2026-11-23T02:00:00Z" });
    expect(wantedOf({ type: "window", window: "6h" }, null)).toEqual({ window: "6h" });
  });

  it("C105: a ready-made window ends now", () =>
    expect(spanBounds({ type: "window", window: "15m" }, T)).toEqual({ from: T - HOUR / 4, to: T }));
});
