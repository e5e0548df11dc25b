import type { FleetEventBody } from "#lib/fleet/event.ts";
import type { Derived, DogDay, OutageRow } from "#lib/history/derived.ts";
import { addDuration } from "#lib/history/log-histogram.ts";
import { DAY_MS, emptyRollup, type Grouping, MINUTE_MS, type Rollup, type RollupDelta } from "#lib/history/rollup.ts";

/** Every drop is an outage, every login ends one: two rows written and a dog's day for each pair of events. */
export interface DerivedPast {
  add(body: FleetEventBody, at: number): void;
  take(): Derived;
}

/** What a fold derives from the bodies of `fleet-past`, made without the fold: the journal is what is measured. */
export function createDerivedPast(): DerivedPast {
  let rows = new Map<string, OutageRow>();
  let days = new Map<string, DogDay>();
  let cells = new Map<string, RollupDelta>();
  const open = new Map<string, OutageRow>();
  let toldThrough = 0;

  function cell(at: number, by: Grouping, key: string): Rollup {
    const id = `${by} ${key} ${at}`;
    const known = cells.get(id) ?? { at, by, key, rollup: emptyRollup() };
    cells.set(id, known);
    return known.rollup;
  }

  function count(row: OutageRow, at: number): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const { reason, network, gateway, app, firmware, site } = row;
    for (const [by, key] of Object.entries({ fleet: "", reason, network, gateway, app, firmware, site })) {
      const rollup = cell(minute, by as Grouping, key ?? "");
      rollup.downMs += 7;
      rollup.stateMs.connected = (rollup.stateMs.connected ?? 0) + 1_000;
      rollup.stateMs.reconnecting = (rollup.stateMs.reconnecting ?? 0) + 7;
      if (row.endedAt === null) rollup.begun++;
      else countEnd(rollup, row.endedAt - row.startedAt);
    }
  }

  return {
    add(body, at) {
      toldThrough = at;
      if (body.type === "dog.disconnected") {
        const row = outageOf(body.sn, body.reason, at);
        open.set(body.sn, row);
        rows.set(`${row.sn} ${row.startedAt}`, row);
        count(row, at);
      } else if (body.type === "dog.connected") {
        const begun = open.get(body.sn);
        if (!begun) return;
        const row: OutageRow = { ...begun, endedAt: at, outcome: "recovered", dials: 2, source: "reported" };
        const day = Math.floor(at / DAY_MS) * DAY_MS;
        rows.set(`${row.sn} ${row.startedAt}`, row);
        days.set(row.sn, { day, sn: row.sn, outages: 1, gaveUp: 0, recovered: 1, recoverMs: 2_000, flaps: 0 });
        count(row, at);
      }
    },
    take() {
      const told = {
        outages: [...rows.values()],
        rollups: [...cells.values()],
        dogDays: [...days.values()],
        toldThrough,
        creditedThrough: toldThrough,
      };
      rows = new Map();
      days = new Map();
      cells = new Map();
      return told;
    },
  };
}

function outageOf(sn: string, reason: OutageRow["reason"], startedAt: number): OutageRow {
  const site = `plant-${startedAt % 20}`;
  const of = { network: "5g", app: "dog_app_001", firmware: "1.4.2", site, gateway: "bench" };
  const open = { endedAt: null, outcome: null, dials: null, source: null };
  return { sn, startedAt, detectedAt: startedAt, reason, category: "network", ...of, ...open };
}

function countEnd(rollup: Rollup, tookMs: number): void {
  rollup.recovered++;
  rollup.decidedRecovered++;
  rollup.recoverSumMs += tookMs;
  addDuration(rollup.recoverMs, tookMs);
  addDuration(rollup.decidedRecoverMs, tookMs);
  addDuration(rollup.delaysMs, tookMs % 30_000);
  rollup.dials["2"] = (rollup.dials["2"] ?? 0) + 1;
}
