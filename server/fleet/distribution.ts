import type { FleetStats } from "#lib/contracts/fleet.ts";

/** Nearest-rank percentile of ascending values; null of none. */
export function percentile(ascending: readonly number[], share: number): number | null {
  if (ascending.length === 0) return null;
  return ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null;
}

const EDGES_S = [0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/** Times in ms by buckets that double; the last is open. */
export function recoverBuckets(timesMs: readonly number[]): FleetStats["delays"]["recover"] {
  const buckets = EDGES_S.map((edge, i) => {
    const next = EDGES_S[i + 1];
    return { from_ms: edge * 1_000, to_ms: next === undefined ? null : next * 1_000, count: 0 };
  });
  for (const time of timesMs) {
    const bucket = buckets.findLast(({ from_ms }) => time >= from_ms);
    if (bucket) bucket.count++;
  }
  return buckets;
}
