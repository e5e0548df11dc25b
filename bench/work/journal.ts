import { runTask } from "./task.ts";
import type { Work } from "./work.ts";

const INGEST = new URL("../peers/ingest-main.ts", import.meta.url);

interface Ingested {
  readonly rate: number;
  readonly cpu: number;
  readonly lagP50: number;
  readonly lagP99: number;
  readonly lagMax: number;
}

/** Events into SQLite as fast as they go, durable, in the gateway's own journal as the gateway runs it: with what a fold derives. */
export const journal: Work = {
  name: "journal",
  title: "Journal ingest",
  peers: ["leash", "bare"],
  bareIs:
    "node:sqlite in the same thread, one table and its key, 1,000 rows a transaction, equally durable, nothing derived",
  rounds: { full: 3, quick: 1 },
  metrics: {
    rate: { says: "events stored a second, ours with rollups and a row per outage", unit: "/s", better: "higher" },
    cpu: { says: "CPU per event, all threads", unit: "µs", better: "lower" },
    lag_p50: { says: "event-loop delay meanwhile, p50", unit: "ms", better: "lower" },
    lag_p99: { says: "event-loop delay meanwhile, p99", unit: "ms", better: "lower" },
    lag_max: { says: "event-loop delay meanwhile, max", unit: "ms", better: "lower" },
    plain_rate: { says: "for comparison, nothing derived: events stored a second", unit: "/s", better: "higher" },
    plain_cpu: { says: "for comparison, nothing derived: CPU per event", unit: "µs", better: "lower" },
  },
  async run(peer, { quick }) {
    const events = quick ? "100000" : "300000";
    const ingest = (what: string) => runTask<Ingested>(INGEST, [what, events]);
    const plain = await ingest(peer === "leash" ? "plain" : "bare");
    const done = peer === "leash" ? await ingest("derived") : plain;
    return [
      { metric: "rate", value: done.rate },
      { metric: "cpu", value: done.cpu },
      { metric: "lag_p50", value: done.lagP50 },
      { metric: "lag_p99", value: done.lagP99 },
      { metric: "lag_max", value: done.lagMax },
      { metric: "plain_rate", value: plain.rate },
      { metric: "plain_cpu", value: plain.cpu },
    ];
  },
};
