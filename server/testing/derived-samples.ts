import type { Derived, DogDay, OutageRow } from "#lib/history/derived.ts";
import { emptyRollup, type Grouping, type Rollup, type RollupDelta } from "#lib/history/rollup.ts";
import type { Commit, EventRow } from "#server/journal/journal-store.ts";

/** Samples of what a fold derives; each field may be said. */
export function outage(sn: string, startedAt: number, said: Partial<OutageRow> = {}): OutageRow {
  return {
    sn,
    startedAt,
    detectedAt: startedAt + 1_000,
    reason: "network_timeout",
    category: "network",
    network: "5g",
    app: "inspection",
    firmware: null,
    site: "hall-1",
    gateway: "gw",
    endedAt: null,
    outcome: null,
    dials: null,
    source: null,
    ...said,
  };
}

export function rollup(said: Partial<Rollup>): Rollup {
  return { ...emptyRollup(), ...said };
}

export function delta(at: number, said: Partial<Rollup>, by: Grouping = "fleet", key = ""): RollupDelta {
  return { at, by, key, rollup: rollup(said) };
}

export function dogDay(day: number, sn: string, said: Partial<DogDay> = {}): DogDay {
  return { day, sn, outages: 0, gaveUp: 0, recovered: 0, recoverMs: 0, flaps: 0, ...said };
}

export function derived(toldThrough: number, said: Partial<Derived> = {}): Derived {
  return { outages: [], rollups: [], dogDays: [], creditedThrough: toldThrough, ...said, toldThrough };
}

export function eventRow(seq: number, at: number, sn: string | null, epoch = "epoch-1"): EventRow {
  const type = sn === null ? "gateway.stopped" : "dog.stable";
  return {
    v: 1,
    epoch,
    seq,
    at,
    sn,
    type,
    body: JSON.stringify(sn === null ? { type } : { type, sn, session: "s.1" }),
  };
}

export function commit(number: number, said: Partial<Commit> = {}): Commit {
  const aliveAt = said.rows?.at(-1)?.at ?? number;
  return { epoch: "epoch-1", gateway: "gw", rows: [], aliveAt, clean: false, number, derived: null, ...said };
}
