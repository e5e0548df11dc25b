import type { FleetState } from "#lib/fleet/fleet-state.ts";
import type { Filed, FiledChange, FleetListener, OutageBegun } from "#lib/fleet/outage-note.ts";
import type { Derived } from "./derived.ts";
import { DogTime } from "./dog-time.ts";
import { DOWN, FLAPPING, type Group, Groups, gaugeOf } from "./group.ts";
import { OutageTally, type Place } from "./outage-tally.ts";
import { HOUR_MS, type Rollup, type RollupDelta } from "./rollup.ts";

/** Cells (a minute of a group) that wait for their commit. Beyond them minutes that are over become one of their hour. */
const MOST_CELLS = 50_000;

/** A dog in an outage that was told: what counts as down. */
interface Down {
  readonly id: string;
  readonly groups: readonly Group[];
  place: Place | undefined;
  /** It is in since then, and counts as up while it may become stable. */
  upAt: number | null;
}

/**
 * Hears the fold and keeps what history needs: one row per outage, rollups by minute, dog days. `take` gives what is new since
 * it was asked last; however the telling is cut into takes, what they add up to is the same (docs/METRICS.md, H1 to H3).
 */
export class Historian {
  readonly #groups = new Groups();
  readonly #time = new DogTime(this.#groups);
  readonly #outages = new OutageTally();
  readonly #down = new Map<string, Down>();
  #isMuted: boolean;
  #boundAt = 0;

  /** @param isMuted nothing is taken down before `resume`: what is folded until then was told by an earlier run */
  constructor({ isMuted = false }: { readonly isMuted?: boolean } = {}) {
    this.#isMuted = isMuted;
  }

  /** For a `FleetState`. */
  readonly listener: FleetListener = {
    onFiled: (change) => {
      if (!this.#isMuted) this.#filed(change);
    },
    onUnknown: (spans, watchedFrom) => {
      if (!this.#isMuted) this.#time.learn(spans, watchedFrom);
    },
    onOutageBegun: (outage) => {
      if (this.#isMuted) return;
      const down = this.#begin(outage, outage.startedAt, null);
      down.place = this.#outages.begun(outage, down.groups);
    },
    onOutageLogin: (sn, loginAt) => {
      const down = this.#down.get(sn);
      if (down !== undefined) this.#setUpAt(down, loginAt);
    },
    onOutageMoved: (outage) => {
      if (this.#isMuted) return;
      const down = this.#downOf(outage);
      this.#outages.moved(outage, this.#groupsOf(outage, down), down?.place);
    },
    onOutage: (outage) => {
      if (this.#isMuted) return;
      const down = this.#downOf(outage);
      this.#outages.ended(outage, this.#groupsOf(outage, down), down?.place);
      if (outage.outcome !== "gave_up") this.#end(outage.sn, outage.endedAt);
    },
    onFlap: (flap) => {
      if (!this.#isMuted) this.#outages.flapped(flap, this.#groups.ofCause(flap, flap.reason));
    },
  };

  /**
   * Ends the muting: `state` is the fold of everything up to `toldThrough` (epoch ms), moved on to it, and nothing after it.
   * Dogs are counted from here on as they are filed there, and their time is credited from `creditedThrough` on.
   */
  resume(toldThrough: number, state: FleetState, creditedThrough = toldThrough): void {
    this.#isMuted = false;
    const watchedFrom = state.watchedFrom();
    if (watchedFrom === null) return;
    this.#time.resume(toldThrough, creditedThrough, state.unknownSpans(), watchedFrom);
    for (const { sn } of state.dogs()) {
      const entry = state.entry(sn);
      if (entry === undefined || entry.filed === null || entry.filed.state === "retired") continue;
      this.#enter(entry.filed, this.#time.creditedTo);
      if (entry.begun === null || entry.filed.state === "offline") continue;
      this.#begin(entry.begun, this.#time.creditedTo, entry.dog.outage?.loginAt ?? null);
    }
  }

  /**
   * What is new since the last take. `now` is the instant the fold is as of, before which nothing is to come. Dog-time that
   * merely passed is credited through `creditTo`: that touches every group, what happened only its own. Null where there is
   * nothing.
   */
  take(now: number, creditTo = now): Derived | null {
    if (this.#isMuted) return null;
    this.#time.credit(creditTo);
    const { outages, dogDays } = this.#outages.take();
    const rollups = this.#takeCells();
    if (outages.length + dogDays.length + rollups.length === 0) return null;
    return { outages, rollups, dogDays, toldThrough: now, creditedThrough: this.#time.creditedTo };
  }

  /** How much is held, for the metrics. */
  sizes(): { readonly keys: number; readonly down: number; readonly waiting: number; readonly dropped: number } {
    const { waiting, dropped } = this.#outages;
    return { keys: this.#groups.all.length, down: this.#down.size, waiting, dropped };
  }

  #filed({ sn, at, from, to }: FiledChange): void {
    if (from !== null && to !== null && from.traits === to.traits) {
      const groups = this.#groups.ofTraits(to.traits);
      if (from.state !== to.state) this.#time.move(groups, gaugeOf(from.state), gaugeOf(to.state), at);
      if (from.flapping !== to.flapping) {
        if (to.flapping) this.#time.add(groups, FLAPPING, at);
        else this.#time.remove(groups, FLAPPING, at);
      }
    } else {
      if (from !== null) this.#leave(from, at);
      if (to !== null) this.#enter(to, at);
    }
    if (to === null || to.state === "offline") this.#end(sn, at);
    if (this.#time.openAt !== this.#boundAt) this.#bound();
  }

  #enter({ state, flapping, traits }: Filed, at: number): void {
    const groups = this.#groups.ofTraits(traits);
    this.#time.add(groups, gaugeOf(state), at);
    if (flapping) this.#time.add(groups, FLAPPING, at);
  }

  #leave({ state, flapping, traits }: Filed, at: number): void {
    const groups = this.#groups.ofTraits(traits);
    this.#time.remove(groups, gaugeOf(state), at);
    if (flapping) this.#time.remove(groups, FLAPPING, at);
  }

  /** @param upAt where it is known already that the dog is in since */
  #begin(outage: OutageBegun, at: number, upAt: number | null): Down {
    this.#end(outage.sn, at);
    const groups = this.#groups.ofCause(outage, outage.reason);
    const down: Down = { id: outage.id, groups, place: undefined, upAt };
    this.#down.set(outage.sn, down);
    if (upAt === null) this.#time.add(groups, DOWN, at);
    return down;
  }

  #downOf({ sn, id }: OutageBegun): Down | undefined {
    const down = this.#down.get(sn);
    return down?.id === id ? down : undefined;
  }

  /** Found when it began, where that was told. */
  #groupsOf(outage: OutageBegun, down: Down | undefined): readonly Group[] {
    return down?.groups ?? this.#groups.ofCause(outage, outage.reason);
  }

  /** A login that did not hold never counted: the dog was down all the while. */
  #setUpAt(down: Down, upAt: number | null): void {
    if (down.upAt === upAt) return;
    if (down.upAt !== null) this.#time.add(down.groups, DOWN, down.upAt);
    if (upAt !== null) this.#time.remove(down.groups, DOWN, upAt);
    down.upAt = upAt;
  }

  #end(sn: string, at: number): void {
    const down = this.#down.get(sn);
    if (down === undefined) return;
    this.#setUpAt(down, at);
    this.#down.delete(sn);
  }

  #takeCells(): readonly RollupDelta[] {
    const rollups: RollupDelta[] = [];
    for (const group of this.#groups.all) {
      group.close(this.#time.openAt);
      for (const [at, rollup] of group.take()) {
        if (!isEmpty(rollup)) rollups.push({ at, by: group.by, key: group.key, rollup });
      }
    }
    return rollups;
  }

  /** A store away for hours must not fill the memory: the hour's sums stay exact, its minutes become coarser. */
  #bound(): void {
    this.#boundAt = this.#time.openAt;
    let cells = 0;
    for (const group of this.#groups.all) cells += group.cells.size;
    if (cells < MOST_CELLS) return;
    const keptFrom = Math.floor(this.#time.openAt / HOUR_MS) * HOUR_MS;
    for (const group of this.#groups.all) group.coarsen(keptFrom);
  }
}

function isEmpty(rollup: Rollup): boolean {
  for (const value of Object.values(rollup)) {
    if (typeof value === "number" ? value !== 0 : Object.values(value).some((one) => one !== 0)) return false;
  }
  return true;
}
