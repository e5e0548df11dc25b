import type fc from "fast-check";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { Derived, DogDay, OutageRow } from "#lib/history/derived.ts";
import { emptyRollup, mergeRollup, type Rollup } from "#lib/history/rollup.ts";
import { anyJournal } from "./fleet-script.ts";

const NETWORKS = ["wifi", "lte", null] as const;

/** As `anyJournal`, with dogs that change their network, their firmware and their app, and one that tells of its outages. */
export const anyHistory: fc.Arbitrary<readonly FleetEvent[]> = anyJournal.map((events) =>
  events.map((event) => {
    if (event.type !== "dog.connected") return event;
    const { seq } = event;
    const told = { durationMs: 1_000 * seq, probes: 0, lastError: null, serversTried: 1 };
    return {
      ...event,
      network: NETWORKS[seq % 3] ?? null,
      firmware: seq % 5 === 0 ? "2.0.0" : "1.0.0",
      appId: seq % 7 === 0 ? "other" : "app",
      outage: event.sn === "c" ? { ...told, id: `o${seq >> 2}`, dials: seq % 4, delaysMs: [100 * seq, 3_000] } : null,
    };
  }),
);

/** What a store holds after it was given these, one after the other. */
export class StoredHistory {
  readonly rollups = new Map<string, Rollup>();
  readonly rows = new Map<string, OutageRow>();
  readonly days = new Map<string, DogDay>();

  add(derived: Derived | null): void {
    for (const row of derived?.outages ?? []) this.rows.set(`${row.sn} ${row.startedAt}`, row);
    for (const { at, by, key, rollup } of derived?.rollups ?? []) {
      const name = `${by}/${key}/${at}`;
      this.rollups.set(name, mergeRollup(this.rollups.get(name) ?? emptyRollup(), rollup));
    }
    for (const day of derived?.dogDays ?? []) {
      const name = `${day.sn} ${day.day}`;
      this.days.set(name, sumOf(this.days.get(name), day));
    }
  }

  /** Everything that is not nothing, in an order of its own. */
  told() {
    const rollups = [...this.rollups].map(([name, rollup]) => [name, whatIsIn(rollup)] as const);
    const kept = rollups.filter(([, fields]) => Object.keys(fields).length > 0);
    const days = [...this.days].filter(([, { day: _, sn: __, ...sums }]) =>
      Object.values(sums).some((sum) => sum !== 0),
    );
    return {
      rollups: Object.fromEntries(kept),
      rows: Object.fromEntries(this.rows),
      days: Object.fromEntries(days),
    };
  }
}

/** A rollup without what is zero or empty, as it is stored. */
function whatIsIn(rollup: Rollup): Partial<Rollup> {
  const isSomething = (value: Rollup[keyof Rollup]) =>
    typeof value === "number" ? value !== 0 : Object.keys(value).length > 0;
  return Object.fromEntries(Object.entries(rollup).filter(([, value]) => isSomething(value)));
}

function sumOf(a: DogDay | undefined, b: DogDay): DogDay {
  if (a === undefined) return b;
  return {
    ...b,
    outages: a.outages + b.outages,
    gaveUp: a.gaveUp + b.gaveUp,
    recovered: a.recovered + b.recovered,
    recoverMs: a.recoverMs + b.recoverMs,
    flaps: a.flaps + b.flaps,
  };
}
