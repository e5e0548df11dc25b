import type { Flap, OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import type { DogDay, OutageRow } from "./derived.ts";
import type { Group } from "./group.ts";
import { addCount, addDuration, slotKey } from "./log-histogram.ts";
import { DAY_MS, MINUTE_MS, type Rollup } from "./rollup.ts";

/** Dogs with anything that waits for its commit; beyond them the oldest are given up and counted: some 100 MB. */
const MOST_DOGS = 200_000;
/** The same of one dog: one in a redial loop. */
const MOST_ROWS = 1_000;
/** An outage of more dials counts as one of so many: a probing dog would make a column of its own. */
const MOST_DIALS = 1_000;

type Counts = { -readonly [K in keyof DogDay]: DogDay[K] };

/** What waits of one dog: mostly one outage of one day. The newest last. */
interface Waiting {
  readonly rows: OutageRow[];
  readonly days: Counts[];
}

/** Outages and flaps as they are told: rows, counts by minute, and sums by dog and day. */
export class OutageTally {
  readonly #dogs = new Map<string, Waiting>();
  #dropped = 0;

  /** Rows and days given up since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Dogs of whom anything waits. */
  get waiting(): number {
    return this.#dogs.size;
  }

  begun(outage: OutageBegun, groups: readonly Group[]): void {
    const isAuth = outage.category === "auth";
    const dog = this.#dog(outage.sn);
    this.#put(dog, rowOf(outage));
    const minute = minuteOf(outage.startedAt);
    for (const group of groups) {
      const cell = group.cell(minute);
      cell.begun++;
      if (isAuth) cell.auth++;
    }
    if (!isAuth) dayOf(dog, outage.sn, outage.startedAt).outages++;
  }

  moved(outage: OutageBegun, groups: readonly Group[]): void {
    const dog = this.#dog(outage.sn);
    this.#put(dog, rowOf(outage));
    const minute = minuteOf(outage.startedAt);
    for (const group of groups) group.cell(minute).auth++;
    dayOf(dog, outage.sn, outage.startedAt).outages--;
  }

  ended(outage: OutageEnded, groups: readonly Group[]): void {
    const { sn, startedAt, endedAt, outcome, dials, estimated } = outage;
    const dog = this.#dog(sn);
    const source = dials === null ? null : estimated ? "estimated" : "reported";
    this.#put(dog, { ...rowOf(outage), endedAt, outcome, dials, source });
    if (outage.category === "auth") return;
    const recoverMs = endedAt - startedAt;
    const slot = slotKey(recoverMs);
    const begunIn = minuteOf(startedAt);
    for (const group of groups) countEnd(group.cell(begunIn), outage, slot);
    if (outcome !== "recovered" && outcome !== "gave_up") return;
    const endedIn = minuteOf(endedAt);
    for (const group of groups) countDecided(group.cell(endedIn), outcome, slot);
    const day = dayOf(dog, sn, startedAt);
    if (outcome === "gave_up") day.gaveUp++;
    else {
      day.recovered++;
      day.recoverMs += recoverMs;
    }
  }

  flapped({ sn, at }: Flap, groups: readonly Group[]): void {
    const minute = minuteOf(at);
    for (const group of groups) group.cell(minute).flaps++;
    dayOf(this.#dog(sn), sn, at).flaps++;
  }

  take(): { readonly outages: readonly OutageRow[]; readonly dogDays: readonly DogDay[] } {
    const outages: OutageRow[] = [];
    const dogDays: DogDay[] = [];
    for (const { rows, days } of this.#dogs.values()) {
      for (const row of rows) outages.push(row);
      for (const day of days) if (isChange(day)) dogDays.push(day);
    }
    this.#dogs.clear();
    return { outages, dogDays };
  }

  #dog(sn: string): Waiting {
    const known = this.#dogs.get(sn);
    if (known !== undefined) return known;
    if (this.#dogs.size >= MOST_DOGS) this.#dropOldest();
    const waiting: Waiting = { rows: [], days: [] };
    this.#dogs.set(sn, waiting);
    return waiting;
  }

  /** What is told of an outage later replaces what was told of it before. */
  #put({ rows }: Waiting, row: OutageRow): void {
    const index = rows.findLastIndex(({ startedAt }) => startedAt === row.startedAt);
    if (index >= 0) rows[index] = row;
    else if (rows.push(row) > MOST_ROWS) {
      rows.shift();
      this.#dropped++;
    }
  }

  #dropOldest(): void {
    for (const [sn, { rows, days }] of this.#dogs) {
      this.#dogs.delete(sn);
      this.#dropped += rows.length + days.length;
      return;
    }
  }
}

function dayOf({ days }: Waiting, sn: string, at: number): Counts {
  const start = Math.floor(at / DAY_MS) * DAY_MS;
  const known = days.findLast(({ day }) => day === start);
  if (known !== undefined) return known;
  const counts = { day: start, sn, outages: 0, gaveUp: 0, recovered: 0, recoverMs: 0, flaps: 0 };
  days.push(counts);
  return counts;
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
