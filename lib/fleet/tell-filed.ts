import type { Dog } from "./dog.ts";
import type { FleetOptions } from "./fleet-options.ts";
import type { Filed, FiledChange } from "./outage-note.ts";
import { countFlaps, dogState } from "./view.ts";

type Tell = (change: FiledChange) => void;

/** What a dog with `traits` is filed under at an instant. */
export function filedAt(dog: Dog, at: number, traits: Filed["traits"], options: FleetOptions): Filed {
  return { state: dogState(dog, at), flapping: isFlapping(dog, at, options), traits };
}

/** Tells that `from` became `to`, unless history sees no difference. Retired dogs are none. */
export function tellChange(sn: string, at: number, from: Filed | null, to: Filed, tell: Tell): void {
  const before = from === null || from.state === "retired" ? null : from;
  const after = to.state === "retired" ? null : to;
  if (before === after || (before !== null && after !== null && isSame(before, after))) return;
  tell({ sn, at, from: before, to: after });
}

/**
 * Tells what time alone did to a dog in (`after`, `until`], each change at its exact instant. Time changes a state at most once
 * (it gives up, or begins to probe) and ends flapping at most once: so each instant is found by halving.
 */
export function tellLapse(
  dog: Dog,
  [from, to]: readonly [Filed, Filed],
  [after, until]: readonly [number, number],
  options: FleetOptions,
  tell: Tell,
): void {
  if (isSame(from, to)) return;
  const isMoved = (at: number) => dogState(dog, at) !== from.state;
  const isCalm = (at: number) => isFlapping(dog, at, options) !== from.flapping;
  const movedAt = from.state === to.state ? null : firstAt(after, until, isMoved);
  const calmAt = from.flapping === to.flapping ? null : firstAt(after, until, isCalm);
  if (movedAt === null || calmAt === null || movedAt === calmAt) {
    tellChange(dog.sn, movedAt ?? calmAt ?? until, from, to, tell);
    return;
  }
  const middle = movedAt < calmAt ? { ...from, state: to.state } : { ...from, flapping: to.flapping };
  tellChange(dog.sn, Math.min(movedAt, calmAt), from, middle, tell);
  tellChange(dog.sn, Math.max(movedAt, calmAt), middle, to, tell);
}

function isSame(a: Filed, b: Filed): boolean {
  return a.state === b.state && a.flapping === b.flapping && a.traits === b.traits;
}

function isFlapping(dog: Dog, at: number, options: FleetOptions): boolean {
  return dog.flaps.length >= options.flappingFrom && countFlaps(dog, at, options) >= options.flappingFrom;
}

/** The first instant in (after, until] from which on `holds`; it holds at `until`. Often that is the first one. */
function firstAt(after: number, until: number, holds: (at: number) => boolean): number {
  let [low, high] = [after, until];
  if (low + 1 < high && holds(low + 1)) return low + 1;
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
