import type { FleetStats, StatsWindow } from "#lib/contracts/fleet.ts";
import { NO_DOGS } from "#lib/fleet/dog.ts";
import { percentiles, recoverHistogram } from "#lib/fleet/histogram.ts";
import { iso } from "./dog-row.ts";
import type { FleetTail } from "./fleet-tail.ts";
import { HOUR_MS, type OutageOfHour, SAMPLE_MS, type Sample } from "./hour-history.ts";

interface WindowShape {
  readonly spanMs: number;
  readonly reasonMs: number;
}
const WINDOWS: Record<StatsWindow, WindowShape> = {
  "15m": { spanMs: HOUR_MS / 4, reasonMs: 30_000 },
  "1h": { spanMs: HOUR_MS, reasonMs: 120_000 },
};

function stateSeries({ state, history }: FleetTail, from: number, to: number): FleetStats["states"] {
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

/** Items by the bucket they fall in. */
function filed<T>(items: readonly T[], timeOf: (item: T) => number, sizeMs: number): ReadonlyMap<number, readonly T[]> {
  return Map.groupBy(items, (item) => Math.floor(timeOf(item) / sizeMs) * sizeMs);
}

function reasonSeries(
  outages: readonly OutageOfHour[],
  starts: readonly number[],
  sizeMs: number,
): FleetStats["reasons"] {
  const buckets = filed(outages, ({ outage }) => outage.startedAt, sizeMs);
  return starts.map((at) => {
    const counts: FleetStats["reasons"][number]["counts"] = {};
    for (const {
      outage: { reason },
    } of buckets.get(at) ?? [])
      counts[reason] = (counts[reason] ?? 0) + 1;
    return { at: iso(at), counts };
  });
}

function outcomeSeries(
  { history }: FleetTail,
  from: number,
  starts: readonly number[],
  sizeMs: number,
): FleetStats["outcomes"] {
  const decided = history.decided(from).filter(({ category }) => category !== "auth");
  const ends = filed(decided, ({ endedAt }) => endedAt, sizeMs);
  const flaps = filed(history.flaps(from), ({ at }) => at, sizeMs);
  return starts.map((at) => {
    const here = ends.get(at) ?? [];
    const times = here.flatMap(({ outcome, endedAt, startedAt }) =>
      outcome === "recovered" ? [endedAt - startedAt] : [],
    );
    return {
      at: iso(at),
      recovered: times.length,
      gave_up: here.filter(({ outcome }) => outcome === "gave_up").length,
      p50_ms: percentiles(times, 0.5)[0] ?? null,
      flaps: flaps.get(at)?.length ?? 0,
    };
  });
}

const counted = (counts: ReadonlyMap<number, number>) => [...counts].sort((a, b) => a[0] - b[0]);
const add = (counts: Map<number, number>, key: number) => counts.set(key, (counts.get(key) ?? 0) + 1);

function marksOf({ state, history }: FleetTail, from: number, now: number): FleetStats["marks"] {
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
  return [...down, ...lost, ...siteDrops(history.drops(from), state.sites())].sort((a, b) => (a.at < b.at ? -1 : 1));
}

const TOGETHER_MS = 30_000;
const FEWEST = 10;
const SHARE = 0.2;

/** Moments at which a site lost at least 10 dogs and a fifth of its own within 30 s. */
function siteDrops(
  drops: readonly { readonly detectedAt: number; readonly site: string | null }[],
  sites: ReturnType<FleetTail["state"]["sites"]>,
): FleetStats["marks"] {
  const marks: FleetStats["marks"] = [];
  for (const [name, dropped] of Map.groupBy(drops, ({ site }) => site)) {
    if (name === null) continue;
    const least = Math.max(FEWEST, (sites.get(name)?.known ?? 0) * SHARE);
    const times = dropped.map(({ detectedAt }) => detectedAt).sort((a, b) => a - b);
    let end = 0;
    for (let i = 0; i < times.length; ) {
      const first = times[i] ?? 0;
      while (end < times.length && (times[end] ?? 0) <= first + TOGETHER_MS) end++;
      if (end - i >= least) marks.push({ at: iso(first), until: null, kind: "site_dropped", name, dogs: end - i });
      i = end - i >= least ? end : i + 1;
    }
  }
  return marks;
}

/** The charts of the last 15 min or hour, as of `now`. */
export function statsOf(tail: FleetTail, window: StatsWindow, now: number): FleetStats {
  const { spanMs, reasonMs } = WINDOWS[window];
  const from = now - spanMs;
  const outages = tail.history.outages(from);
  const starts = bucketStarts(from, now, reasonMs);
  const ended = outages.flatMap(({ ended: one }) => (one && one.category !== "auth" ? [one] : []));
  const recovered = ended.filter(({ outcome }) => outcome === "recovered");
  const times = recovered.map(({ endedAt, startedAt }) => endedAt - startedAt);
  const [p50 = null, p95 = null] = percentiles(times, 0.5, 0.95);
  const dials = new Map<number, number>();
  for (const one of recovered) add(dials, Math.max(1, one.dials ?? 1));
  return {
    as_of: iso(now),
    from: iso(from),
    to: iso(now),
    bucket_ms: SAMPLE_MS,
    states: stateSeries(tail, from, now),
    reason_bucket_ms: reasonMs,
    reasons: reasonSeries(outages, starts, reasonMs),
    reasons_total: outages.length,
    reasons_now: Object.fromEntries(tail.state.byReason()),
    outcomes: outcomeSeries(tail, from, starts, reasonMs),
    attempts: {
      recovered: counted(dials).map(([n, count]) => ({ dials: n, count })),
      gave_up: ended.filter(({ outcome }) => outcome === "gave_up").length,
      running: counted(tail.state.attempts()).map(([attempt, count]) => ({ attempt, count })),
    },
    delays: {
      recover: recoverHistogram(times).map(({ fromMs, toMs, count }) => ({ from_ms: fromMs, to_ms: toMs, count })),
      recovered: times.length,
      p50_ms: p50,
      p95_ms: p95,
      waiting: counted(tail.state.delays()).map(([delay, count]) => ({ delay_ms: delay, count })),
    },
    marks: marksOf(tail, from, now),
  };
}
