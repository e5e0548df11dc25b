import type { WorkResult } from "./measure/results.ts";

/** What DESIGN section 12 and the reliability goals allow. `most` and `least` are in the metric's unit, or a ratio of medians. */
export interface Budget {
  readonly says: string;
  readonly work: string;
  readonly metric: string;
  /** `itself`: the gateway's own median; else that median divided by this peer's. */
  readonly against: "itself" | "bare" | "socket.io";
  readonly limit: { readonly most: number } | { readonly least: number };
}

const KIB = 1_024;

export const BUDGETS: readonly Budget[] = [
  {
    says: "connect + login of 1,000 at once: server CPU per dog",
    work: "login",
    metric: "burst_cpu",
    against: "bare",
    limit: { most: 1.25 },
  },
  {
    says: "connect + login of 1,000 at once: server CPU per dog",
    work: "login",
    metric: "burst_cpu",
    against: "socket.io",
    limit: { most: 1 },
  },
  {
    says: "connect + login of 10,000, paced: server CPU per dog",
    work: "login",
    metric: "paced_cpu",
    against: "bare",
    limit: { most: 1.25 },
  },
  {
    says: "connect + login of 10,000, paced: server CPU per dog",
    work: "login",
    metric: "paced_cpu",
    against: "socket.io",
    limit: { most: 1 },
  },
  {
    says: "heartbeat, 200 in flight: server CPU per message",
    work: "heartbeat",
    metric: "flood_cpu",
    against: "bare",
    limit: { most: 1 },
  },
  {
    says: "heartbeat, 5,000/s: server CPU per message",
    work: "heartbeat",
    metric: "paced_cpu",
    against: "bare",
    limit: { most: 1 },
  },
  {
    says: "memory per connected dog, bytes over the idle process",
    work: "memory",
    metric: "rss",
    against: "itself",
    limit: { most: 12 * KIB },
  },
  {
    says: "10,000 Leash dogs dropped at once: time until all are in",
    work: "storm",
    metric: "leash_wall",
    against: "bare",
    limit: { most: 1.3 },
  },
  {
    says: "10,000 Leash dogs dropped at once: seconds until all are in, 1.3 x the 9 s that admission takes",
    work: "storm",
    metric: "leash_wall",
    against: "itself",
    limit: { most: 11.7 },
  },
  {
    says: "10,000 Leash dogs dropped at once: event-loop delay p99, ms",
    work: "storm",
    metric: "leash_lag_p99",
    against: "itself",
    limit: { most: 50 },
  },
  {
    says: "10,000 seed dogs dropped at once: time until all are in",
    work: "storm",
    metric: "seed_wall",
    against: "bare",
    limit: { most: 1.3 },
  },
  {
    says: "10,000 seed dogs dropped at once: seconds until all are in, 1.3 x the 9 s that admission takes",
    work: "storm",
    metric: "seed_wall",
    against: "itself",
    limit: { most: 11.7 },
  },
  {
    says: "10,000 seed dogs dropped at once: event-loop delay p99, ms",
    work: "storm",
    metric: "seed_lag_p99",
    against: "itself",
    limit: { most: 50 },
  },
  {
    says: "journal with rollups and a row per outage: events a second",
    work: "journal",
    metric: "rate",
    against: "itself",
    limit: { least: 50_000 },
  },
  {
    says: "journal at full speed, the same: event-loop delay p99, ms",
    work: "journal",
    metric: "lag_p99",
    against: "itself",
    limit: { most: 50 },
  },
  {
    says: "active with 100,000 offline dogs, one page of 100: p99, ms",
    work: "listing",
    metric: "active_100k_p99",
    against: "itself",
    limit: { most: 15 },
  },
];

export interface Verdict {
  readonly budget: Budget;
  readonly status: "met" | "not met" | "not measured";
  /** In the metric's unit, or the ratio; null where it was not measured. */
  readonly value: number | null;
  /** How far beyond the limit as a share of it: 0.1 is 10 % over. Negative is room left. Null where it was not measured. */
  readonly over: number | null;
}

/** Compares what was measured with every budget. A value exactly at its limit meets it. */
export function judge(results: readonly WorkResult[], budgets: readonly Budget[] = BUDGETS): readonly Verdict[] {
  return budgets.map((budget) => {
    const value = measuredValue(results, budget);
    if (value === null) return { budget, status: "not measured", value, over: null };
    const { limit } = budget;
    const over = "most" in limit ? value / limit.most - 1 : limit.least / value - 1;
    return { budget, status: over <= 0 ? "met" : "not met", value, over };
  });
}

function measuredValue(results: readonly WorkResult[], { work, metric, against }: Budget): number | null {
  const result = results.find((each) => each.work === work);
  const row = result?.rows.find((each) => each.metric === metric);
  if (!row || (result?.failures.length ?? 0) > 0) return null;
  if (against === "bare") return row.toBare;
  if (against === "socket.io") return row.toSocketIo;
  return row.peers.leash?.median ?? null;
}
