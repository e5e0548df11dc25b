import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Clock } from "#lib/clock/clock.ts";
import { CLOSE } from "#lib/protocol/close-codes.ts";
import type { GatewayCount, GatewayMetrics } from "#server/gateway/gateway-options.ts";
import type { Journal, JournalStatus } from "#server/journal/journal.ts";
import { type WatchedFleet, watchFleet } from "./fleet-metrics.ts";
import { type WatchedHistory, watchHistory } from "./history-metrics.ts";

/** A dog may send any code from 1000 to 4999: only those we know get a line of their own. */
const KNOWN_CODES: ReadonlySet<string> = new Set(
  [
    ...Object.values(CLOSE).map((close) => close.code),
    ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013],
  ].map(String),
);
const STATUSES = ["ok", "degraded", "unavailable"] as const satisfies readonly JournalStatus[];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The gateway's counters: metric, help, and what its label says. */
const COUNTERS = {
  handshake_refused: ["handshakes_refused_total", "Upgrades refused in plain HTTP.", "status"],
  handshake_waited: ["handshakes_waited_total", "Upgrades that waited for their turn.", null],
  socket_opened: ["sockets_opened_total", "Upgrades accepted.", null],
  login_accepted: ["logins_total", "Logins that became a session.", null],
  login_refused: ["logins_refused_total", "Logins refused, by answer code.", "code"],
  login_held: ["logins_held_total", "Logins held back by a penalty.", null],
  login_unacknowledged: ["logins_unacknowledged_total", "Logins answered before their commit: degraded journal.", null],
  session_ended: ["sessions_ended_total", "Sessions ended, by reason.", "reason"],
  closed: ["closes_total", "Sockets closed, by close code.", "code"],
  message: ["messages_total", "Messages from dogs.", null],
  message_refused: ["messages_refused_total", "Messages refused, by the limit that was met.", "limit"],
  late_tick: ["late_ticks_total", "Liveness ticks that came late and killed nobody.", null],
} as const satisfies Record<GatewayCount, readonly [string, string, string | null]>;

export interface Metrics extends GatewayMetrics {
  observeRtt(ms: number): void;
  commit(commit: { readonly rows: number; readonly ms: number }): void;
  /** Sizes read at each scrape, one line a key: `leash_size{of="sessions"}`. A group that throws is left out. */
  sizes(read: () => Readonly<Record<string, number>>): void;
  /** Dogs by state at each scrape, outages and flaps as they happen. Returns the unsubscribe. */
  watchFleet(fleet: WatchedFleet): () => void;
  /** How far back the past reaches, asked at each scrape. */
  watchHistory(history: WatchedHistory, clock: Clock): void;
  /** Every metric there is, for the tests of what is written about them. */
  catalogue(): readonly MetricSheet[];
  /** Journal health at each scrape; its events counted by type, its disconnects by reason. Returns the unsubscribe. */
  watch(journal: Journal): () => void;
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

export interface MetricSheet {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

/** A Prometheus registry of its own: process memory, event-loop lag, and what Leash is about. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const counters = createCounters(registers);
  const events = new Counter({
    name: "leash_events_total",
    help: "Journal events by type; force.* are the tickets' steps.",
    labelNames: ["type"],
    registers,
  });
  const rows = new Counter({ name: "leash_journal_rows_total", help: "Events committed.", registers });
  const commits = new Histogram({
    name: "leash_journal_commit_seconds",
    help: "Time from sending a group commit to its being durable.",
    buckets: SECONDS,
    registers,
  });
  const rtt = new Histogram({ name: "leash_rtt_seconds", help: "Ping to pong.", buckets: SECONDS, registers });
  const readers: (() => Readonly<Record<string, number>>)[] = [];
  new Gauge({
    name: "leash_size",
    help: "Entries held in memory, by what holds them.",
    labelNames: ["of"],
    registers,
    collect() {
      this.reset();
      for (const read of readers) for (const [of, size] of Object.entries(readQuietly(read))) this.set({ of }, size);
    },
  });

  return {
    count(name, label = "none") {
      counters[name].inc(name === "closed" && !KNOWN_CODES.has(label) ? "other" : label);
    },
    observeRtt: (ms) => rtt.observe(ms / 1_000),
    commit({ rows: committed, ms }) {
      if (committed === 0) return;
      rows.inc(committed);
      commits.observe(ms / 1_000);
    },
    sizes: (read) => void readers.push(read),
    watchFleet: (fleet) => watchFleet(fleet, registers),
    watchHistory: (history, clock) => watchHistory(history, clock, registers),
    catalogue: () => catalogueOf(register),
    watch(journal) {
      gaugeJournal(journal, registers);
      return journal.subscribe((event) => events.inc({ type: event.type }));
    },
    render: async () => ({ contentType: register.contentType, text: await register.metrics() }),
  };
}

function createCounters(registers: Registry[]): Record<GatewayCount, { inc(label: string): void }> {
  const made = Object.entries(COUNTERS).map(([name, [metric, help, label]]) => {
    const counter = new Counter({ name: `leash_${metric}`, help, labelNames: label ? [label] : [], registers });
    return [name, { inc: (value: string) => counter.inc(label ? { [label]: value } : {}) }] as const;
  });
  return Object.fromEntries(made) as Record<GatewayCount, { inc(label: string): void }>;
}

function gaugeJournal(journal: Journal, registers: Registry[]): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `leash_journal_${name}`,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: "leash_journal_status",
    help: "1 for the status the journal is in.",
    labelNames: ["status"],
    registers,
    collect() {
      const { status } = journal.health();
      for (const one of STATUSES) this.set({ status: one }, one === status ? 1 : 0);
    },
  });
  gauge("queued", "Events waiting for their commit.", () => journal.health().queued);
  gauge("oldest_seconds", "Age of the oldest of them.", () => journal.health().oldestMs / 1_000);
  gauge("dropped", "Events dropped on overflow since the start.", () => journal.health().dropped);
  gauge("ok", "1 while events are stored in time.", () => (journal.health().status === "ok" ? 1 : 0));
}

/** What prom-client keeps of every metric and its types do not tell. */
function catalogueOf(register: Registry): readonly MetricSheet[] {
  const kept = register.getMetricsAsArray() as unknown as readonly {
    readonly name: string;
    readonly type: string;
    readonly labelNames?: readonly string[];
  }[];
  return kept.map(({ name, type, labelNames = [] }) => ({ name, type, labels: labelNames }));
}

function readQuietly(read: () => Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  try {
    return read();
  } catch {
    return {};
  }
}
