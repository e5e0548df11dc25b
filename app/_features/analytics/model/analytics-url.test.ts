import { createSerializer } from "nuqs/server";
import { describe, expect, it } from "vitest";
import { STATS_GROUPINGS, STATS_WINDOWS, type StatsWindow, statsQuery } from "#lib/contracts/fleet.ts";
import {
  analyticsParsers,
  GROUPINGS,
  lastMs,
  loadAnalyticsUrl,
  refreshMs,
  statsAsked,
  WINDOWS,
  windowChoice,
  windowFault,
} from "./analytics-url.ts";

const FROM = Date.UTC(2026, 10, 20, 3);
const TO = Date.UTC(2026, 10, 22, 3);
const read = (search: string) => loadAnalyticsUrl(new URLSearchParams(search));
const write = createSerializer(analyticsParsers);

describe("the address of Analytics", () => {
  it("C83: the console offers the API's own windows and groupings", () => {
    expect(Object.fromEntries(WINDOWS.map((window) => [window, lastMs(window)]))).toEqual(STATS_WINDOWS);
    expect(GROUPINGS).toEqual(STATS_GROUPINGS);
  });

  it("C83: an empty address is the last 24 h by reason; a value spelt wrong reads as its default", () => {
    expect(windowChoice(read(""))).toEqual({ type: "last", window: "24h" });
    expect(read("window=2y&by=colour&sort=luck&from=yesterday")).toMatchObject({
      window: "24h",
      by: "reason",
      sort: "outages",
      from: null,
    });
  });

  it("C83: a window of one's own survives the address, to the millisecond", () => {
    const search = write({ from: FROM, to: TO, by: "site" });
    expect(search).toBe("?from=2026-11-20T03:00:00Z&to=2026-11-22T03:00:00Z&by=site");
    expect(windowChoice(read(search))).toEqual({ type: "custom", from: FROM, to: TO });
  });

  it("C83: half a window, a reversed one and one of more than a year are none", () => {
    expect(windowChoice({ window: "1h", from: FROM, to: null }).type).toBe("last");
    expect(windowChoice({ window: "1h", from: TO, to: FROM }).type).toBe("last");
    expect(windowFault(TO, TO)).toBe("order");
    expect(windowFault(0, 367 * 86_400_000)).toBe("length");
    expect(windowFault(FROM, TO)).toBeUndefined();
  });

  it("C83: whatever the address says, the API takes the question", () => {
    const searches = [
      "",
      "window=15m&by=site",
      write({ from: FROM, to: TO }),
      write({ from: TO, to: FROM }),
      "from=x&to=y",
    ];
    for (const search of searches) {
      const asked = statsAsked(read(search), "Asia/Shanghai");
      expect(statsQuery.safeParse(asked).error, search).toBeUndefined();
    }
  });

  it("C84: a longer window is refreshed less often, one that is over never", () => {
    const gaps = WINDOWS.map((window: StatsWindow) => refreshMs({ type: "last", window }, TO));
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(refreshMs({ type: "custom", from: FROM, to: TO }, TO + 1)).toBe(Number.POSITIVE_INFINITY);
    expect(refreshMs({ type: "custom", from: FROM, to: TO }, TO - 1)).toBe(30_000);
  });
});
