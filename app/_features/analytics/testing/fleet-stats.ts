import type { FleetMetrics, FleetStats } from "#lib/contracts/fleet.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { seededRandom } from "#lib/testing/random.ts";

const MINUTE = 60_000;
const STATE_BUCKETS = 120;
const REASON_BUCKETS = 30;
const EDGES = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map((seconds) => seconds * 1_000);

export interface StagedWindow {
  readonly to: number;
  readonly lengthMs: number;
  /** Outages an hour. */
  readonly rate: number;
  /** Shares of the window nobody watched. */
  readonly unknown?: readonly (readonly [from: number, to: number])[];
  readonly by?: "reason" | "site";
  readonly seed?: number;
}

export const NO_METRICS: FleetMetrics = {
  outages: 0,
  decided: 0,
  recovered: 0,
  gave_up: 0,
  returned: 0,
  withdrawn: 0,
  open: 0,
  auth_outages: 0,
  success_rate: null,
  recover_ms: { mean: null, p50: null, p95: null, p99: null },
  dials: { mean: null, p50: null, p95: null },
  availability: null,
  expected_ms: 0,
  down_ms: 0,
  silent_ms: 0,
  mean_between_ms: null,
  flaps: 0,
};

const MIX: readonly (readonly [ReasonCode, number])[] = [
  ["network_timeout", 0.38],
  ["peer_reset", 0.24],
  ["abnormal_closure", 0.18],
  ["server_error", 0.08],
  ["gateway_lost", 0.04],
  ["auth_failed", 0.05],
  ["forced_reconnect", 0.02],
  ["unknown", 0.01],
];

/** A window of history as the API tells it, made up from a seed: totals agree with their parts. */
export function fleetStatsOf(staged: StagedWindow): FleetStats {
  const random = seededRandom(staged.seed ?? 7);
  const { to, lengthMs } = staged;
  const from = to - lengthMs;
  const iso = (at: number) => new Date(Math.round(at)).toISOString();
  const isUnknown = (share: number) => (staged.unknown ?? []).some(([a, b]) => share >= a && share < b);
  const unknownMs = (staged.unknown ?? []).reduce((sum, [a, b]) => sum + (b - a) * lengthMs, 0);
  const stateMs = lengthMs / STATE_BUCKETS;
  const reasonMs = lengthMs / REASON_BUCKETS;
  const perBucket = (staged.rate * reasonMs) / (60 * MINUTE);
  const reasons = Array.from({ length: REASON_BUCKETS }, (_, index) => {
    const counts: Partial<Record<ReasonCode, number>> = {};
    if (!isUnknown(index / REASON_BUCKETS))
      for (const [code, share] of MIX) {
        const count = Math.floor(perBucket * share * (0.5 + random()) + random());
        if (count > 0 && staged.rate > 0) counts[code] = count;
      }
    return { at: iso(from + index * reasonMs), counts };
  });
  const totals = new Map(
    MIX.map(([code]) => [code, reasons.reduce((sum, { counts }) => sum + (counts[code] ?? 0), 0)]),
  );
  const outages = [...totals.values()].reduce((sum, count) => sum + count, 0);
  const outcomes = reasons.map(({ at, counts }, index) => {
    const begun = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const gaveUp = Math.floor(begun * 0.04 + random() * 0.6 * Number(begun > 0));
    const recovered = Math.max(0, begun - gaveUp);
    const p50 = recovered === 0 ? null : Math.round(5_000 + 6_000 * random());
    return {
      at,
      outages: begun,
      recovered,
      gave_up: gaveUp,
      p50_ms: p50,
      p95_ms: p50 === null ? null : Math.round(p50 * (6 + 6 * random())),
      p99_ms: p50 === null ? null : Math.round(p50 * (14 + 10 * random())),
      flaps: Math.floor(begun * 0.1 * random()),
      availability: isUnknown(index / REASON_BUCKETS) ? null : 0.985 + 0.01 * random(),
    };
  });
  const metrics = metricsOf(outages, (lengthMs - unknownMs) * 400);
  const heat = MIX.flatMap(([reason_code]) =>
    Array.from({ length: 24 }, (_, hour) => ({
      hour,
      reason_code,
      count: Math.floor(
        ((totals.get(reason_code) ?? 0) / 24) * (0.3 + 1.4 * random()) * (hour > 5 && hour < 19 ? 1.4 : 0.4),
      ),
    })).filter(({ count }) => count > 0),
  );
  const waits = EDGES.map((from_ms, index) => ({
    from_ms,
    to_ms: EDGES[index + 1] ?? null,
    count: Math.floor(metrics.recovered * 0.4 * Math.exp(-((index - 4) ** 2) / 8)),
  }));
  const recover = waits.map((bucket, index) => ({
    ...bucket,
    count: Math.floor(metrics.recovered * 0.25 * Math.exp(-((index - 3.5) ** 2) / 7)),
  }));
  const groups =
    staged.by === "site"
      ? ["Ningbo yard", "Suzhou plant", "Hefei depot", ""].map((key, index) => ({
          key,
          metrics: metricsOf(Math.floor(outages / (index + 2)), (lengthMs - unknownMs) * (160 - index * 40)),
        }))
      : MIX.map(([key]) => ({ key, metrics: { ...metricsOf(totals.get(key) ?? 0, 0), availability: null } })).filter(
          ({ metrics: own }) => own.outages > 0,
        );
  return {
    as_of: iso(to),
    from: iso(from),
    to: iso(to),
    unknown_ms: Math.round(unknownMs),
    metrics,
    groups,
    bucket_ms: Math.round(stateMs),
    states: Array.from({ length: STATE_BUCKETS }, (_, index) => {
      const off = isUnknown(index / STATE_BUCKETS);
      const out = off || staged.rate === 0 ? 0 : Math.floor(8 + 10 * random());
      return {
        at: iso(from + index * stateMs),
        connected: off ? 0 : 400 - out,
        settling: 0,
        silent: 0,
        reconnecting: out,
        refused: 0,
        probing: 0,
        gave_up: 0,
        offline: 0,
        unknown: off ? 400 : 0,
        flapping: 0,
      };
    }),
    reason_bucket_ms: Math.round(reasonMs),
    reasons,
    reasons_total: outages,
    heat,
    reasons_now: {},
    outcomes,
    attempts: {
      recovered: [0.1, 0.2, 0.34, 0.13, 0.09, 0.06, 0.04, 0.02, 0.01, 0.01].map((share, index) => ({
        dials: index + 1,
        count: Math.floor(metrics.recovered * share),
      })),
      gave_up: metrics.gave_up,
      running: [],
    },
    delays: {
      recover,
      recovered: metrics.recovered,
      p50_ms: metrics.recover_ms.p50,
      p95_ms: metrics.recover_ms.p95,
      waits,
      reported: waits.reduce((sum, { count }) => sum + count, 0),
      waiting: [],
    },
    marks: [],
  };
}

function metricsOf(outages: number, expectedMs: number): FleetMetrics {
  if (outages === 0)
    return { ...NO_METRICS, expected_ms: Math.round(expectedMs), availability: expectedMs > 0 ? 1 : null };
  const open = Math.ceil(outages * 0.02);
  const gaveUp = Math.floor((outages - open) * 0.038);
  const recovered = outages - open - gaveUp;
  const downMs = Math.round(Math.min(expectedMs, outages * 48_000));
  return {
    ...NO_METRICS,
    outages,
    decided: recovered + gaveUp,
    recovered,
    gave_up: gaveUp,
    open,
    auth_outages: Math.floor(outages * 0.03),
    success_rate: recovered + gaveUp === 0 ? null : recovered / (recovered + gaveUp),
    recover_ms: { mean: 21_400, p50: 7_700, p95: 151_000, p99: 288_000 },
    dials: { mean: 3.4, p50: 3, p95: 9 },
    availability: expectedMs === 0 ? null : 1 - downMs / expectedMs,
    expected_ms: Math.round(expectedMs),
    down_ms: downMs,
    mean_between_ms: expectedMs === 0 ? null : Math.round((expectedMs - downMs) / outages),
    flaps: Math.floor(outages * 0.06),
  };
}
