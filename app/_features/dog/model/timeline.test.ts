import { describe, expect, it } from "vitest";
import { neighboursIn } from "../api/dog-queries.ts";
import { dialNow, plannedWaits } from "./ladder.ts";
import { laneSpans, timelineZoom } from "./timeline.ts";

const T = Date.parse("2026-11-22T19:12:00.000Z");
const iso = (at: number) => new Date(at).toISOString();
const dials = [1, 3, 7].map((seconds, index) => ({
  n: index + 1,
  waitMs: 1_000,
  at: T + seconds * 1_000,
  estimated: true,
}));

describe("dog's timeline", () => {
  it("C52: neighbours of one look are one span, and the last grows to now", () => {
    const spans = laneSpans(
      [
        { from: iso(T - 9_000), to: iso(T - 6_000), state: "settling" },
        { from: iso(T - 6_000), to: iso(T - 3_000), state: "connected" },
        { from: iso(T - 3_000), to: iso(T), state: "waiting" },
      ],
      T + 5_000,
    );
    expect(spans).toEqual([
      { from: T - 9_000, to: T - 3_000, state: "connected" },
      { from: T - 3_000, to: T + 5_000, state: "waiting" },
    ]);
  });

  it("C52: ahead of now lie the planned dials, then the range of the end, then the end; never behind now", () => {
    const row = { state: "reconnecting", is_connected: false, gives_up_at: [iso(T + 7_000), iso(T + 17_000)] } as const;
    const outage = { started_at: iso(T - 10_000) };
    const detail = { row, outage } as unknown as Parameters<typeof timelineZoom>[0]["detail"];
    const zoom = timelineZoom({ detail, lanes: [], dials, now: T });
    expect(zoom.spans.map(({ state }) => state)).toEqual(["planned", "may_give_up", "gave_up"]);
    expect(zoom.from).toBeLessThan(T - 10_000);
    const late = timelineZoom({ detail, lanes: [], dials, now: T + 9_000 });
    expect(late.spans.map(({ state }) => state)).toEqual(["may_give_up", "gave_up"]);
    for (const span of late.spans) expect(span.from).toBeGreaterThanOrEqual(T + 9_000);
  });

  it("C53: the dial waited for is the first still ahead; after the last it stays the last", () => {
    expect(dialNow(dials, T)).toEqual({ dial: 1, of: 3 });
    expect(dialNow(dials, T + 3_000)).toEqual({ dial: 3, of: 3 });
    expect(dialNow(dials, T + 60_000)).toEqual({ dial: 3, of: 3 });
    expect(dialNow([], T)).toBeNull();
  });

  it("C53: planned waits double up to the longest", () => {
    const schedule = { max_retries: 7, base_delay_ms: 1_000, max_delay_ms: 30_000 } as Parameters<
      typeof plannedWaits
    >[0];
    expect(plannedWaits(schedule)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("C54: a dog's neighbours are those beside it in the list", () => {
    expect(neighboursIn(["A", "B", "C"], "B")).toEqual({ previous: "A", next: "C" });
    expect(neighboursIn(["A", "B"], "B")).toEqual({ previous: "A", next: null });
    expect(neighboursIn(["A", "B"], "X")).toEqual({ previous: null, next: null });
  });
});
