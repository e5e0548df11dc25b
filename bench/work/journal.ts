import { runTask } from "./task.ts";
import type { Work } from "./work.ts";

interface Ingested {
  readonly rate: number;
  readonly cpu: number;
  readonly lagP50: number;
  readonly lagP99: number;
  readonly lagMax: number;
}

/** Events into SQLite as fast as they go, durable, in the gateway's own journal. */
export const journal: Work = {
  name: "journal",
  title: "Journal ingest",
  peers: ["leash", "bare"],
  bareIs: "node:sqlite in the same thread, one table and its key, 1,000 rows a transaction, equally durable",
  rounds: { full: 3, quick: 1 },
  metrics: {
    rate: { says: "events stored a second", unit: "/s", better: "higher" },
    rate_derived: { says: "the same with rollups and a row per outage", unit: "/s", better: "higher" },
    cpu: { says: "CPU per event, all threads", unit: "µs", better: "lower" },
    lag_p50: { says: "event-loop delay meanwhile, p50", unit: "ms", better: "lower" },
    lag_p99: { says: "event-loop delay meanwhile, p99", unit: "ms", better: "lower" },
    lag_max: { says: "event-loop delay meanwhile, max", unit: "ms", better: "lower" },
  },
  async run(peer, { quick }) {
    const script = new URL("../peers/ingest-main.ts", import.meta.url);
    const events = quick ? "100000" : "300000";
    const done = await runTask<Ingested>(script, [peer, events]);
    const derived = peer === "leash" ? [await runTask<Ingested>(script, ["derived", events])] : [];
    return [
      ...derived.map(({ rate }) => ({ metric: "rate_derived", value: rate })),
      { metric: "rate", value: done.rate },
      { metric: "cpu", value: done.cpu },
      { metric: "lag_p50", value: done.lagP50 },
      { metric: "lag_p99", value: done.lagP99 },
      { metric: "lag_max", value: done.lagMax },
    ];
  },
};
