import type { FeedEvent, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogPage } from "#lib/contracts/reconnection.ts";
import { T0 } from "#lib/testing/builders.ts";
import type { FleetHistory, PastStats, Range, StatsRead } from "#server/history/fleet-history.ts";

const iso = (at: number): string => new Date(at).toISOString();
const NO_TIMES = { mean: null, p50: null, p95: null, p99: null };
const NO_METRICS: PastStats["metrics"] = {
  outages: 0,
  decided: 0,
  recovered: 0,
  gave_up: 0,
  returned: 0,
  withdrawn: 0,
  open: 0,
  auth_outages: 0,
  success_rate: null,
  recover_ms: NO_TIMES,
  dials: { mean: null, p50: null, p95: null },
  availability: null,
  expected_ms: 0,
  down_ms: 0,
  silent_ms: 0,
  mean_between_ms: null,
  flaps: 0,
};

/** Statistics of a window in which nothing happened. */
export function emptyStats({ from, to }: Range): PastStats {
  return {
    from: iso(from),
    to: iso(to),
    unknown_ms: 0,
    metrics: NO_METRICS,
    groups: [],
    bucket_ms: 60_000,
    states: [],
    reason_bucket_ms: 60_000,
    reasons: [],
    reasons_total: 0,
    heat: [],
    outcomes: [],
    attempts: { recovered: [], gave_up: 0 },
    delays: { recover: [], recovered: 0, p50_ms: null, p95_ms: null, waits: [], reported: 0 },
  };
}

/** One outage as it is exported. */
export function outageRecordOf(sn: string, since: number, fields: Partial<OutageRecord> = {}): OutageRecord {
  return {
    client_id: sn,
    since: iso(since),
    detected_at: iso(since),
    reason_code: "peer_reset",
    category: "network",
    network: "wifi",
    app_id: "app",
    firmware: "1.0.0",
    site: "plant-a",
    gateway: "gw-1",
    ended_at: iso(since + 4_000),
    outcome: "recovered",
    dials: 2,
    source: "estimated",
    ...fields,
  };
}

/** A past that tells what it is told to tell, and what it was asked. */
export class FakeHistory implements FleetHistory {
  /** Questions in the order they came. */
  readonly asked: (readonly [string, unknown])[] = [];
  outagePages: readonly (readonly OutageRecord[])[] = [];
  eventPages: readonly (readonly FeedEvent[])[] = [];
  pages: readonly DogPage[] = [];
  horizon: number | null = T0;
  /** Every question is refused with it. */
  failure: Error | undefined;
  /** Readings of exports that are open. */
  open = 0;

  stats(query: StatsRead): Promise<PastStats> {
    return this.#tell("stats", query, () => emptyStats(query));
  }
  leastStable(query: Range & { readonly limit: number }) {
    const item = { client_id: "a", outages: 3, recovered: 2, gave_up: 1, flaps: 0, mean_recover_ms: 4_000 };
    return this.#tell("leastStable", query, () => [item, { ...item, client_id: "gone" }]);
  }
  outages(query: Parameters<FleetHistory["outages"]>[0]): AsyncIterable<readonly OutageRecord[]> {
    return this.#stream("outages", query, this.outagePages);
  }
  events(query: Parameters<FleetHistory["events"]>[0]): AsyncIterable<readonly FeedEvent[]> {
    return this.#stream("events", query, this.eventPages);
  }
  timeline(sn: string, range: Range) {
    const window = { from: iso(range.from), to: iso(range.to) };
    const none = { watched_ms: 0, unknown_ms: 0, availability: null, outages: 0, recovered: 0, gave_up: 0, flaps: 0 };
    const stability = { ...window, ...none, mean_between_ms: null, mean_recover_ms: null };
    const told = { timeline: { ...window, spans: [], marks: [] }, stability, outages: [], outages_total: 0 };
    return this.#tell("timeline", { sn, ...range }, () => (sn === "nobody" ? undefined : told));
  }
  summaryAt(at: number): ReturnType<FleetHistory["summaryAt"]> {
    return this.#tell("summaryAt", at, () => {
      throw new Error("no summary is kept here");
    });
  }
  pageAt(at: number, query: Parameters<FleetHistory["pageAt"]>[1], scope: "active" | "all") {
    const index = query.cursor === undefined ? 0 : Number(query.cursor);
    const none: DogPage = { items: [], total: 0, next_cursor: null, as_of: iso(at), by_state: {} };
    return this.#tell("pageAt", { at, query, scope }, () => this.pages[index] ?? none);
  }
  earliest() {
    return this.#tell("earliest", null, () => this.horizon);
  }
  facts() {
    const facts = { snapshotAt: this.horizon, lag: 7, earliest: this.horizon, oldestAt: this.horizon, bytes: 4_096 };
    return this.#tell("facts", null, () => facts);
  }
  async close(): Promise<void> {}

  async #tell<T>(question: string, asked: unknown, answer: () => T): Promise<T> {
    this.asked.push([question, asked]);
    if (this.failure) throw this.failure;
    return answer();
  }
  async *#stream<T>(question: string, asked: unknown, pages: Iterable<readonly T[]>): AsyncGenerator<readonly T[]> {
    this.asked.push([question, asked]);
    this.open++;
    try {
      for (const page of pages) yield page;
      if (this.failure) throw this.failure;
    } finally {
      this.open--;
    }
  }
}
