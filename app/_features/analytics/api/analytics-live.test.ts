import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it } from "vitest";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createAnalyticsLive } from "./analytics-live.ts";
import { analyticsQueries } from "./analytics-queries.ts";

const ASKED = { window: "1h", by: "reason", tz: "UTC" } as const;
const SUMMARY = {} as FleetSummary;

function stage(gapMs: () => number) {
  const clock = new FakeClock();
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  const { queryKey } = analyticsQueries.stats(ASKED);
  client.setQueryData(queryKey, {} as never);
  const live = createAnalyticsLive(client, clock, gapMs);
  const isStale = () => client.getQueryState(queryKey)?.isInvalidated === true;
  const frame = () => live.summary?.(SUMMARY, client);
  return { clock, client, frame, isStale };
}

describe("a page of statistics", () => {
  it("C84: is asked for again when the feed goes on, at most once a gap, and what was just fetched is not", () => {
    const { clock, client, frame, isStale } = stage(() => 10_000);
    frame();
    clock.advance(9_999);
    frame();
    expect(isStale()).toBe(false);
    clock.advance(1);
    frame();
    expect(isStale()).toBe(true);
    client.setQueryData(analyticsQueries.stats(ASKED).queryKey, {} as never);
    clock.advance(9_999);
    frame();
    expect(isStale()).toBe(false);
  });

  it("C84: a window that is over is not asked for again", () => {
    const { clock, frame, isStale } = stage(() => Number.POSITIVE_INFINITY);
    clock.advance(86_400_000);
    frame();
    expect(isStale()).toBe(false);
  });
});
