import type { Flap, OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import type { DogDay, OutageRow } from "./derived.ts";
import type { Group } from "./group.ts";
import { addCount, addDuration, slotKey } from "./log-histogram.ts";
import { DAY_MS, MINUTE_MS, type Rollup } from "./rollup.ts";

/** Rows, and sums of days, that wait for their commit; beyond them the oldest are given up and counted: some 100 MB. */
const MOST_WAITING = 200_000;
/** An outage of more dials counts as one of so many: a probing dog would make a column of its own. */
const MOST_DIALS = 1_000;

type Counts = { -readonly [K in keyof DogDay]: DogDay[K] };

/** Where an outage was put down, so that what is told of it next is put there too. */
export interface Place {
  readonly taken: number;
  readonly row: number;
  readonly day: Counts | null;
}

/** Outages and flaps as they are told: rows, counts by minute, and sums by dog and day. Of one key the later row holds. */
export class OutageTally {
  #rows: OutageRow[] = [];
  #days: Counts[] = [];
  /** Rises whenever the lists begin anew. */
  #taken = 0;
  #dropped = 0;

  /** Rows and days given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  get waiting(): number {
    return this.#rows.length + this.#days.length;
  }

  begun(outage: OutageBegun, groups: readonly Group[]): Place {
    const isAuth = outage.category === "auth";
    const minute = minuteOf(outage.startedAt);
    for (const group of groups) {
      const cell = group.cell(minute);
      cell.begun++;
      if (isAuth) cell.auth++;
    }
    const day = isAuth ? null : this.#day(outage.sn, outage.startedAt);
    if (day !== null) day.outages++;
    return { taken: this.#taken, row: this.#put(rowOf(outage)), day };
  }

  moved(outage: OutageBegun, groups: readonly Group[], place: Place | undefined): void {
    const minute = minuteOf(outage.startedAt);
    for (const group of groups) group.cell(minute).auth++;
    this.#day(outage.sn, outage.startedAt, place).outages--;
    this.#put(rowOf(outage), place);
  }

  ended(outage: OutageEnded, groups: readonly Group[], place: Place | undefined): void {
    const { sn, startedAt, endedAt, outcome, dials, estimated } = outage;
    const source = dials === null ? null : estimated ? "estimated" : "reported";
    const row = { ...rowOf(outage), endedAt, outcome, dials, source } as const;
    if (outage.category !== "auth") {
      const recoverMs = endedAt - startedAt;
      const slot = slotKey(recoverMs);
      const begunIn = minuteOf(startedAt);
      for (const group of groups) countEnd(group.cell(begunIn), outage, slot);
      if (outcome === "recovered" || outcome === "gave_up") {
        const endedIn = minuteOf(endedAt);
        for (const group of groups) countDecided(group.cell(endedIn), outcome, slot);
        const day = this.#day(sn, startedAt, place);
        if (outcome === "gave_up") day.gaveUp++;
        else {
          day.recovered++;
          day.recoverMs += recoverMs;
        }
      }
    }
    this.#put(row, place);
  }

  flapped({ sn, at }: Flap, groups: readonly Group[]): void {
    const minute = minuteOf(at);
    for (const group of groups) group.cell(minute).flaps++;
    this.#day(sn, at).flaps++;
  }

  take(): { readonly outages: readonly OutageRow[]; readonly dogDays: readonly DogDay[] } {
    const outages = this.#rows;
    const dogDays = this.#days.filter(isChange);
    this.#begin([], []);
    return { outages, dogDays };
  }

  #put(row: OutageRow, place?: Place): number {
    if (place?.taken === this.#taken) {
      this.#rows[place.row] = row;
      return place.row;
    }
    if (this.#rows.length >= MOST_WAITING) this.#makeRoom();
    return this.#rows.push(row) - 1;
  }

  #day(sn: string, at: number, place?: Place): Counts {
    const day = Math.floor(at / DAY_MS) * DAY_MS;
    if (place?.taken === this.#taken && place.day !== null) return place.day;
    if (this.#days.length >= MOST_WAITING) this.#makeRoom();
    const counts = { day, sn, outages: 0, gaveUp: 0, recovered: 0, recoverMs: 0, flaps: 0 };
    this.#days.push(counts);
    return counts;
  }

  /** First what was told of one outage, and of one dog's day, becomes one; then the oldest go. */
  #makeRoom(): void {
    const rows = new Map(this.#rows.map((row) => [`${row.sn}/${row.startedAt}`, row]));
    const days = new Map<string, Counts>();
    for (const counts of this.#days) {
      const key = `${counts.sn}/${counts.day}`;
      days.set(key, addDay(days.get(key), counts));
    }
    const most = Math.floor(MOST_WAITING * 0.75);
    this.#dropped += Math.max(0, rows.size - most) + Math.max(0, days.size - most);
    this.#begin([...rows.values()].slice(-most), [...days.values()].slice(-most));
  }

  #begin(rows: OutageRow[], days: Counts[]): void {
    this.#rows = rows;
    this.#days = days;
    this.#taken++;
  }
}

function addDay(to: Counts | undefined, day: Counts): Counts {
  if (to === undefined) return { ...day };
  to.outages += day.outages;
  to.gaveUp += day.gaveUp;
  to.recovered += day.recovered;
  to.recoverMs += day.recoverMs;
  to.flaps += day.flaps;
  return to;
}

function countEnd(cell: Rollup, { outcome, startedAt, endedAt, dials, delaysMs }: OutageEnded, slot: string): void {
  switch (outcome) {
    case "recovered": {
      const taken = String(Math.min(MOST_DIALS, Math.max(1, dials ?? 1)));
      cell.recovered++;
      cell.recoverSumMs += endedAt - startedAt;
      addCount(cell.recoverMs, slot, 1);
      addCount(cell.dials, taken, 1);
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

/** The decision, by when it was made. */
function countDecided(cell: Rollup, outcome: "recovered" | "gave_up", slot: string): void {
  if (outcome === "gave_up") cell.decidedGaveUp++;
  else {
    cell.decidedRecovered++;
    addCount(cell.decidedRecoverMs, slot, 1);
  }
}

function rowOf(outage: OutageBegun): OutageRow {
  const { sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway } = outage;
  const open = { endedAt: null, outcome: null, dials: null, source: null };
  return { sn, startedAt, detectedAt, reason, category, network, app, firmware, site, gateway, ...open };
}

function minuteOf(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

function isChange({ outages, gaveUp, recovered, recoverMs, flaps }: DogDay): boolean {
  return outages !== 0 || gaveUp !== 0 || recovered !== 0 || recoverMs !== 0 || flaps !== 0;
}
