import type { Flap, OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import type { DogDay, OutageRow } from "./derived.ts";
import type { Group } from "./group.ts";
import { addDuration } from "./log-histogram.ts";
import { DAY_MS, MINUTE_MS, type Rollup } from "./rollup.ts";

/** Rows that wait for their commit; beyond them the oldest are given up and counted: some 60 MB. */
const MOST_ROWS = 200_000;
const MOST_DOG_DAYS = 200_000;
/** An outage of more dials counts as one of so many: a probing dog would make a column of its own. */
const MOST_DIALS = 1_000;

type Counts = { -readonly [K in Exclude<keyof DogDay, "day" | "sn">]: number };

/** Outages and flaps as they are told: rows, counts by minute, and sums by dog and day. */
export class OutageTally {
  readonly #rows = new Map<string, OutageRow>();
  readonly #days = new Map<string, DogDay & Counts>();
  #dropped = 0;

  /** Rows and days given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#rows.size + this.#days.size;
  }

  begun(outage: OutageBegun, groups: readonly Group[]): void {
    const isAuth = outage.category === "auth";
    this.#put(outage.id, rowOf(outage));
    each(groups, outage.startedAt, (cell) => {
      cell.begun++;
      if (isAuth) cell.auth++;
    });
    if (!isAuth) this.#day(outage.sn, outage.startedAt).outages++;
  }

  moved(outage: OutageBegun, groups: readonly Group[]): void {
    this.#put(outage.id, rowOf(outage));
    each(groups, outage.startedAt, (cell) => {
      cell.auth++;
    });
    this.#day(outage.sn, outage.startedAt).outages--;
  }

  ended(outage: OutageEnded, groups: readonly Group[]): void {
    const { sn, startedAt, endedAt, outcome, dials, estimated } = outage;
    const source = dials === null ? null : estimated ? "estimated" : "reported";
    this.#put(outage.id, { ...rowOf(outage), endedAt, outcome, dials, source });
    if (outage.category === "auth") return;
    each(groups, startedAt, (cell) => countEnd(cell, outage));
    if (outcome !== "recovered" && outcome !== "gave_up") return;
    const recoverMs = endedAt - startedAt;
    each(groups, endedAt, (cell) => {
      if (outcome === "gave_up") cell.decidedGaveUp++;
      else {
        cell.decidedRecovered++;
        addDuration(cell.decidedRecoverMs, recoverMs);
      }
    });
    const day = this.#day(sn, startedAt);
    if (outcome === "gave_up") day.gaveUp++;
    else {
      day.recovered++;
      day.recoverMs += recoverMs;
    }
  }

  flapped({ sn, at }: Flap, groups: readonly Group[]): void {
    each(groups, at, (cell) => {
      cell.flaps++;
    });
    this.#day(sn, at).flaps++;
  }

  take(): { readonly outages: readonly OutageRow[]; readonly dogDays: readonly DogDay[] } {
    const outages = [...this.#rows.values()];
    const dogDays = [...this.#days.values()].filter(isChange);
    this.#rows.clear();
    this.#days.clear();
    return { outages, dogDays };
  }

  #put(id: string, row: OutageRow): void {
    this.#rows.set(id, row);
    if (this.#rows.size > MOST_ROWS) this.#drop(this.#rows);
  }

  #day(sn: string, at: number): Counts {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    const key = `${day}/${sn}`;
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    const counts = { day, sn, outages: 0, gaveUp: 0, recovered: 0, recoverMs: 0, flaps: 0 };
    this.#days.set(key, counts);
    if (this.#days.size > MOST_DOG_DAYS) this.#drop(this.#days);
    return counts;
  }

  #drop(held: Map<string, unknown>): void {
    for (const oldest of held.keys()) {
      held.delete(oldest);
      this.#dropped++;
      return;
    }
  }
}

function countEnd(cell: Rollup, { outcome, startedAt, endedAt, dials, delaysMs }: OutageEnded): void {
  switch (outcome) {
    case "recovered": {
      const taken = String(Math.min(MOST_DIALS, Math.max(1, dials ?? 1)));
      cell.recovered++;
      cell.recoverSumMs += endedAt - startedAt;
      addDuration(cell.recoverMs, endedAt - startedAt);
      cell.dials[taken] = (cell.dials[taken] ?? 0) + 1;
      break;
    }
    case "returned":
      cell.returned++;
      break;
    case "gave_up":
      cell.gaveUp++;
      return;
    case "offline":
    case "cleaned":
    case "retired":
      cell.withdrawn++;
      return;
  }
  for (const delayMs of delaysMs) addDuration(cell.delaysMs, delayMs);
}

function rowOf(outage: OutageBegun): OutageRow {
  const { sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway } = outage;
  const open = { endedAt: null, outcome: null, dials: null, source: null };
  return { sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway, ...open };
}

function each(groups: readonly Group[], at: number, count: (cell: Rollup) => void): void {
  const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  for (const group of groups) count(group.cell(minute));
}

function isChange({ outages, gaveUp, recovered, recoverMs, flaps }: DogDay): boolean {
  return outages !== 0 || gaveUp !== 0 || recovered !== 0 || recoverMs !== 0 || flaps !== 0;
}
