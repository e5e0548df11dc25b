import type { FleetStats, StatsWindow } from "#lib/contracts/fleet.ts";
import { NO_DOGS } from "#lib/fleet/dog.ts";
import { RECOVER_COLUMNS, recoverBuckets } from "#lib/fleet/histogram.ts";
import { siteDrops } from "#lib/fleet/incident.ts";
import { iso } from "./dog-row.ts";
import type { FoldedFleet } from "./fleet-fold.ts";
import { type BegunSlice, type EndedSlice, HOUR_MS, SAMPLE_MS, type Sample, windowStart } from "./hour-history.ts";
import { percentilesOf } from "./time-sample.ts";

interface WindowShape {
  readonly spanMs: number;
  readonly reasonMs: number;
}
const WINDOWS: Record<StatsWindow, WindowShape> = {
  "15m": { spanMs: HOUR_MS / 4, reasonMs: 30_000 },
  "1h": { spanMs: HOUR_MS, reasonMs: 120_000 },
};

function stateSeries({ state, history }: FoldedFleet, from: number, to: number): FleetStats["states"] {
  const samples = new Map<number, Sample>(history.samples(from).map((sample) => [sample.at, sample]));
  const series: FleetStats["states"] = [];
  for (let at = Math.ceil((from + 1) / SAMPLE_MS) * SAMPLE_MS; at <= to; at += SAMPLE_MS) {
    const sample = samples.get(at);
    const counts = sample?.counts ?? NO_DOGS;
    const known = Object.values(counts).reduce((sum, count) => sum + count, 0);
    series.push(
      sample && state.isWatched(at)
        ? { at: iso(at), ...counts, unknown: 0, flapping: sample.flapping }
        : { at: iso(at), ...NO_DOGS, unknown: known, flapping: 0 },
    );
  }
  return series;
}

/** Starts of the buckets of `sizeMs` that cover the window; the first may begin before it. */
function bucketStarts(from: number, to: number, sizeMs: number): readonly number[] {
  const starts: number[] = [];
  for (let at = Math.floor(from / sizeMs) * sizeMs; at < to; at += sizeMs) starts.push(at);
  return starts;
}

/** Slices by the bucket they fall in. */
function filed<S extends { readonly at: number }>(
  slices: readonly S[],
  sizeMs: number,
): ReadonlyMap<number, readonly S[]> {
  return Map.groupBy(slices, ({ at }) => Math.floor(at / sizeMs) * sizeMs);
}

function merged<K>(counts: readonly ReadonlyMap<K, number>[]): Map<K, number> {
  const all = new Map<K, number>();
  for (const one of counts) for (const [key, count] of one) all.set(key, (all.get(key) ?? 0) + count);
  return all;
}

const total = <S>(slices: readonly S[], count: (slice: S) => number): number =>
  slices.reduce((sum, slice) => sum + count(slice), 0);

function reasonSeries(slices: readonly BegunSlice[], starts: readonly number[], sizeMs: number): FleetStats["reasons"] {
  const buckets = filed(slices, sizeMs);
  return starts.map((at) => {
    const counts = merged((buckets.get(at) ?? []).map(({ reasons }) => reasons));
    return { at: iso(at), counts: Object.fromEntries(counts) };
  });
}

function outcomeSeries(
  slices: readonly EndedSlice[],
  starts: readonly number[],
  sizeMs: number,
): FleetStats["outcomes"] {
  const buckets = filed(slices, sizeMs);
  return starts.map((at) => {
    const here = buckets.get(at) ?? [];
    const [p50 = null] = percentilesOf(
      here.map(({ times }) => times),
      0.5,
    );
    return {
      at: iso(at),
      recovered: total(here, (slice) => slice.recovered),
      gave_up: total(here, (slice) => slice.gaveUp),
      p50_ms: p50,
      flaps: total(here, (slice) => slice.flaps),
    };
  });
}

const counted = (counts: ReadonlyMap<number, number>) => [...counts].sort((a, b) => a[0] - b[0]);

function marksOf({ state, history }: FoldedFleet, from: number, now: number): FleetStats["marks"] {
  const knownAt = (at: number) => {
    const before = history.samples(at - 2 * SAMPLE_MS).find((sample) => sample.at >= at - SAMPLE_MS);
    return before ? Object.values(before.counts).reduce((sum, count) => sum + count, 0) : 0;
  };
  const gaps = history.gaps(from);
  const gapAt = new Set(gaps.map(({ at }) => at));
  const down = state
    .unknownSpans()
    .filter((span) => (span.to ?? now) > from && !gapAt.has(span.from))
    .map((span) => ({
      at: iso(Math.max(span.from, from)),
      until: span.to === null ? null : iso(span.to),
      kind: "gateway_down" as const,
      name: null,
      dogs: knownAt(span.from),
    }));
  const lost = gaps.map(({ at, until, dropped }) => ({
    at: iso(at),
    until: iso(until),
    kind: "journal_gap" as const,
    name: null,
    dogs: dropped,
  }));
  const dropped = siteDrops(state, from).map(({ at, site, dogs }) => ({
    at: iso(at),
    until: null,
    kind: "site_dropped" as const,
    name: site,
    dogs,
  }));
  return [...down, ...lost, ...dropped].sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** The charts of the last 15 min or hour, as of `now`. */
export function statsOf(tail: FoldedFleet, window: StatsWindow, now: number): FleetStats {
  const { spanMs, reasonMs } = WINDOWS[window];
  const from = windowStart(now, spanMs);
  const starts = bucketStarts(from, now, reasonMs);
  const begun = tail.history.begun(from);
  const [p50 = null, p95 = null] = percentilesOf(
    begun.map(({ times }) => times),
    0.5,
    0.95,
  );
  const columns = begun.reduce(
    (sums, slice) => sums.map((sum, i) => sum + (slice.columns[i] ?? 0)),
    new Uint32Array(RECOVER_COLUMNS),
  );
  return {
    as_of: iso(now),
    from: iso(from),
    to: iso(now),
    bucket_ms: SAMPLE_MS,
    states: stateSeries(tail, from, now),
    reason_bucket_ms: reasonMs,
    reasons: reasonSeries(begun, starts, reasonMs),
    reasons_total: total(begun, (slice) => slice.begun),
    reasons_now: Object.fromEntries(tail.state.byReason()),
    outcomes: outcomeSeries(tail.history.ended(from), starts, reasonMs),
    attempts: {
      recovered: counted(merged(begun.map(({ dials }) => dials))).map(([n, count]) => ({ dials: n, count })),
      gave_up: total(begun, (slice) => slice.gaveUp),
      running: counted(tail.state.attempts()).map(([attempt, count]) => ({ attempt, count })),
    },
    delays: {
      recover: recoverBuckets(columns).map(({ fromMs, toMs, count }) => ({ from_ms: fromMs, to_ms: toMs, count })),
      recovered: total(begun, (slice) => slice.recovered),
      p50_ms: p50,
      p95_ms: p95,
      waiting: counted(tail.state.delays()).map(([delay, count]) => ({ delay_ms: delay, count })),
    },
    marks: marksOf(tail, from, now),
  };
}
