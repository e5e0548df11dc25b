import { createSerializer } from "nuqs/server";
import { describe, expect, it } from "vitest";
import { spanOf, WINDOWS } from "#app/_stats-window/stats-window.ts";
import { STATS_GROUPINGS, type StatsWindow, statsQuery } from "#lib/contracts/fleet.ts";
import { analyticsParsers, GROUPINGS, loadAnalyticsUrl, refreshMs, statsAsked } from "./analytics-url.ts";

const FROM = Date.UTC(2026, 10, 20, 3);
const TO = Date.UTC(2026, 10, 22, 3);
const read = (search: string) => loadAnalyticsUrl(new URLSearchParams(search));
const write = createSerializer(analyticsParsers);

describe("the address of Analytics", () => {
  it("C83: the console offers the API's own groupings", () => expect(GROUPINGS).toEqual(STATS_GROUPINGS));

  it("C83: an empty address is the last 24 h by reason; a value spelt wrong reads as its default", () => {
    expect(spanOf(read(""))).toEqual({ type: "window", window: "24h" });
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
    expect(spanOf(read(search))).toEqual({ type: "custom", from: FROM, to: TO });
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
    const gaps = WINDOWS.map((window: StatsWindow) => refreshMs({ type: "window", window }, TO));
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(refreshMs({ type: "custom", from: FROM, to: TO }, TO + 1)).toBe(Number.POSITIVE_INFINITY);
    expect(refreshMs({ type: "custom", from: FROM, to: TO }, TO - 1)).toBe(30_000);
  });
});
