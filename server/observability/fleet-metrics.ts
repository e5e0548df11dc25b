import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { FleetSummary } from "#lib/contracts/fleet.ts";
import { NO_DOGS } from "#lib/fleet/dog.ts";
import type { OutageEnded } from "#lib/fleet/outage-note.ts";
import { REASON_CODES } from "#lib/reconnection/reason-code.ts";
import type { LiveNotes } from "#server/fleet/live-notes.ts";

const RECOVER_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600];
const DIALS = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 50];
const STATES = Object.keys(NO_DOGS) as (keyof typeof NO_DOGS)[];
/** The auth lane is outside the success rate, here as everywhere. */
const LANES = ["network", "auth"] as const;

/** What is watched of the fleet. */
export interface WatchedFleet {
  summary(): FleetSummary;
  onNote(notes: LiveNotes): () => void;
}

type OutageCounters = Readonly<Record<"begun" | "recovered" | "gave_up" | "returned", Counter<"reason" | "lane">>>;

/** Dogs by state at each scrape, outages as they happen. Every label has its values from the start: a rate needs its zero. */
export function watchFleet(fleet: WatchedFleet, registers: Registry[]): () => void {
  gaugeStates(fleet, registers);
  const outages = outageCounters(registers);
  const flaps = new Counter({
    name: "leash_flaps_total",
    help: "Sessions that ended before they were stable.",
    registers,
  });
  const recover = new Histogram({
    name: "leash_outage_recover_seconds",
    help: "Downtime of recovered outages, the auth lane left out.",
    buckets: RECOVER_SECONDS,
    registers,
  });
  const dials = new Histogram({
    name: "leash_outage_dials",
    help: "Dials of recovered outages, reported or estimated, the auth lane left out.",
    buckets: DIALS,
    registers,
  });

  function ended(outage: OutageEnded): void {
    const { outcome, reason, category, startedAt, endedAt } = outage;
    const lane = category === "auth" ? "auth" : "network";
    if (outcome !== "recovered" && outcome !== "gave_up" && outcome !== "returned") return;
    outages[outcome].inc({ reason, lane });
    if (outcome !== "recovered" || lane === "auth") return;
    recover.observe((endedAt - startedAt) / 1_000);
    if (outage.dials !== null) dials.observe(outage.dials);
  }
  return fleet.onNote({
    onOutageBegun: ({ reason, category }) =>
      outages.begun.inc({ reason, lane: category === "auth" ? "auth" : "network" }),
    onOutage: ended,
    onFlap: () => flaps.inc(),
  });
}

function outageCounters(registers: Registry[]): OutageCounters {
  const counter = (what: string, help: string) => {
    const made = new Counter({ name: `leash_outages_${what}_total`, help, labelNames: ["reason", "lane"], registers });
    for (const reason of REASON_CODES) for (const lane of LANES) made.inc({ reason, lane }, 0);
    return made;
  };
  return {
    begun: counter("begun", "Outages begun, by reason."),
    recovered: counter("recovered", "Outages that ended with a login that became stable, by reason."),
    gave_up: counter("gave_up", "Outages decided as given up, by reason."),
    returned: counter("returned", "Outages given up that ended all the same, by reason."),
  };
}

function gaugeStates(fleet: WatchedFleet, registers: Registry[]): void {
  new Gauge({
    name: "leash_dogs",
    help: "Dogs by state; together all that are known.",
    labelNames: ["state"],
    registers,
    collect() {
      const summary = fleet.summary();
      for (const state of STATES) this.set({ state }, summary[state]);
    },
  });
  const gauge = (name: string, help: string, read: (summary: FleetSummary) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(fleet.summary()));
      },
    });
  gauge("leash_dogs_flapping", "Dogs that flapped three times in ten minutes.", ({ flapping }) => flapping);
  gauge(
    "leash_incident_dogs",
    "Dogs still out of the incident now going on; 0 without one.",
    ({ incident }) => incident?.out ?? 0,
  );
}
