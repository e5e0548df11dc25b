import { DOG_STATES, type DogState, type StateCounts } from "#lib/fleet/dog.ts";
import type { Traits } from "#lib/fleet/traits.ts";
import {
  emptyRollup,
  GROUPINGS,
  type Grouping,
  HOUR_MS,
  mergeRollup,
  OTHER_KEYS,
  type Rollup,
  UNNAMED,
} from "./rollup.ts";

/** What is counted over time: dogs in each state, then these three. */
export const STATES = DOG_STATES.filter((state) => state !== "retired") satisfies readonly (keyof StateCounts)[];
export const FLAPPING = STATES.length;
export const DOWN = STATES.length + 1;
/** One while somebody watches; only the fleet counts it. */
export const WATCHED = STATES.length + 2;
export const GAUGES = STATES.length + 3;

const GAUGE_OF: ReadonlyMap<DogState, number> = new Map(STATES.map((state, gauge) => [state, gauge]));

/** A retired dog is never counted. */
export function gaugeOf(state: DogState): number {
  return GAUGE_OF.get(state) ?? GAUGES;
}

/** Named keys of one grouping; what comes after them is counted together. */
const MOST_KEYS = 200;

/** Dogs that share one key of one grouping: how many there are of each kind now, and what is not taken yet. */
export class Group {
  readonly by: Grouping;
  readonly key: string;
  readonly counts = new Float64Array(GAUGES);
  /** Dog-time of the open minute (ms). */
  readonly openMs = new Float64Array(GAUGES);
  readonly cells = new Map<number, Rollup>();
  #lastMinute = Number.NaN;
  #lastCell = emptyRollup();

  constructor(by: Grouping, key: string) {
    this.by = by;
    this.key = key;
  }

  /** The minute that begins at `minute`. */
  cell(minute: number): Rollup {
    if (minute === this.#lastMinute) return this.#lastCell;
    let cell = this.cells.get(minute);
    if (cell === undefined) {
      cell = emptyRollup();
      this.cells.set(minute, cell);
    }
    this.#lastMinute = minute;
    this.#lastCell = cell;
    return cell;
  }

  /** Gives away every cell. */
  take(): readonly (readonly [minute: number, cell: Rollup])[] {
    const cells = [...this.cells];
    this.cells.clear();
    this.#lastMinute = Number.NaN;
    return cells;
  }

  /** Makes one cell of all those of an hour, before `until`. */
  coarsen(until: number): void {
    this.#lastMinute = Number.NaN;
    for (const [at, rollup] of this.cells) {
      const hour = Math.floor(at / HOUR_MS) * HOUR_MS;
      if (at === hour || at >= until) continue;
      this.cells.delete(at);
      mergeRollup(this.cell(hour), rollup);
    }
  }

  /** Adds dog-time (ms) to a minute that is over. */
  addMs(minute: number, gauge: number, ms: number): void {
    if (ms === 0) return;
    const cell = this.cell(minute);
    const state = STATES[gauge];
    if (state !== undefined) cell.stateMs[state] = (cell.stateMs[state] ?? 0) + ms;
    else if (gauge === FLAPPING) cell.flappingMs += ms;
    else if (gauge === DOWN) cell.downMs += ms;
    else cell.watchedMs += ms;
  }

  /** Moves the open minute's dog-time to its cell. */
  close(minute: number): void {
    const { openMs } = this;
    for (let gauge = 0; gauge < GAUGES; gauge++) {
      const ms = openMs[gauge] ?? 0;
      if (ms === 0) continue;
      this.addMs(minute, gauge, ms);
      openMs[gauge] = 0;
    }
  }
}

/** All groups by grouping and key. */
export class Groups {
  readonly fleet = new Group("fleet", UNNAMED);
  readonly all: Group[] = [this.fleet];
  readonly #byKey = new Map<Grouping, Map<string, Group>>(GROUPINGS.map((by) => [by, new Map()]));
  #ofTraits = new WeakMap<Traits, readonly Group[]>();

  constructor() {
    this.fleet.counts[WATCHED] = 1;
  }

  /** Groups of the dogs with these traits: the fleet's first. `traits` is one object for all of them. */
  ofTraits(traits: Traits): readonly Group[] {
    const known = this.#ofTraits.get(traits);
    if (known !== undefined) return known;
    const groups = this.#of(traits);
    this.#ofTraits.set(traits, groups);
    return groups;
  }

  /** Groups an outage or a flap counts in: those of its traits, and its reason. */
  ofCause(traits: Traits, reason: string | null): readonly Group[] {
    const groups = this.#of(traits);
    if (reason !== null) groups.push(this.#group("reason", reason));
    return groups;
  }

  #of({ network, gateway, app, firmware, site }: Traits): Group[] {
    return [
      this.fleet,
      this.#group("network", network),
      this.#group("gateway", gateway),
      this.#group("app", app),
      this.#group("firmware", firmware),
      this.#group("site", site),
    ];
  }

  #group(by: Grouping, name: string | null): Group {
    const key = name ?? UNNAMED;
    const held = this.#byKey.get(by) ?? new Map<string, Group>();
    const known = held.get(key);
    if (known !== undefined) return known;
    if (held.size >= MOST_KEYS && key !== OTHER_KEYS) return this.#group(by, OTHER_KEYS);
    const group = new Group(by, key);
    held.set(key, group);
    this.all.push(group);
    return group;
  }
}
