import type { UnknownSpan } from "#lib/fleet/watch.ts";
import { GAUGES, type Group, type Groups } from "./group.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "./rollup.ts";
import { type Stretch, WatchedTime } from "./watched-time.ts";

/**
 * Changes kept for time that turns out to have been dark after it was counted (a gap in the journal, a gateway that died): with
 * more of them in it, the dark takes back what the later counts would have added up to.
 */
const CHANGES_KEPT = 50_000;
/** Longer steps are a clock that leapt, not time that passed: it counts as watched by nobody. */
const LEAP_MS = 31 * DAY_MS;
/** No gauge: what is new comes from it, what leaves goes to it. */
const NONE = GAUGES;

/**
 * Dog-time by minute, the same whenever it is told and asked: a count that changes by `delta` at `at` is worth `delta` times the
 * watched time between `at` and the instant credited through, which may lie before or after it.
 */
export class DogTime {
  readonly #groups: Groups;
  readonly #watched = new WatchedTime();
  /** Every group is credited through this instant; it lies in the open minute. */
  #creditedTo = Number.NEGATIVE_INFINITY;
  #openAt = Number.NEGATIVE_INFINITY;
  /** The last instant of any change. */
  #changedAt = Number.NEGATIVE_INFINITY;
  readonly #changes = new Changes();

  constructor(groups: Groups) {
    this.#groups = groups;
  }

  /** The instant credited through; nothing is known before the first event. */
  get creditedTo(): number {
    return this.#creditedTo;
  }

  get openAt(): number {
    return this.#openAt;
  }

  /** What nobody watched is known anew: takes back what was credited in it. */
  learn(spans: readonly UnknownSpan[], watchedFrom: number): void {
    this.credit(this.#changedAt);
    const lost = this.#watched.learn(spans, watchedFrom, this.#creditedTo);
    if (this.#creditedTo === Number.NEGATIVE_INFINITY) this.#begin(watchedFrom);
    for (const stretch of lost) for (const piece of minutesOf(stretch)) this.#takeBack(piece);
  }

  /**
   * Goes on from an instant credited through, with the counts as they were at the later one told through: changes between the
   * two are in what was told already.
   */
  resume(toldThrough: number, at: number, spans: readonly UnknownSpan[], watchedFrom: number): void {
    this.#watched.learn(spans, watchedFrom, Number.NEGATIVE_INFINITY);
    this.#begin(Math.max(at, watchedFrom));
    this.#changedAt = toldThrough;
  }

  /** One more in `gauge` of each group, from `at` on. */
  add(groups: readonly Group[], gauge: number, at: number): void {
    this.move(groups, NONE, gauge, at);
  }

  /** One less. */
  remove(groups: readonly Group[], gauge: number, at: number): void {
    this.move(groups, gauge, NONE, at);
  }

  /** One less in one gauge of each group and one more in another, from `at` on. */
  move(groups: readonly Group[], from: number, to: number, given: number): void {
    if (this.#creditedTo === Number.NEGATIVE_INFINITY) this.#begin(given);
    const at = Math.max(given, this.#creditedTo - LEAP_MS);
    this.#changes.add(at, groups, from, to);
    if (at > this.#changedAt) this.#changedAt = at;
    if (at >= this.#openAt + MINUTE_MS) this.#roll(at);
    const isPlain = at >= this.#openAt && this.#watched.isLight(at, this.#creditedTo);
    const ms = isPlain ? this.#creditedTo - at : 0;
    for (const { counts, openMs } of groups) {
      if (from !== NONE) {
        counts[from] = (counts[from] ?? 0) - 1;
        openMs[from] = (openMs[from] ?? 0) - ms;
      }
      if (to !== NONE) {
        counts[to] = (counts[to] ?? 0) + 1;
        openMs[to] = (openMs[to] ?? 0) + ms;
      }
    }
    if (isPlain) return;
    const isLate = at < this.#creditedTo;
    const [first, last] = isLate ? [at, this.#creditedTo] : [this.#creditedTo, at];
    for (const stretch of this.#watched.stretches(first, last)) {
      for (const piece of minutesOf(stretch)) {
        const length = isLate ? piece.to - piece.from : piece.from - piece.to;
        for (const group of groups) this.#addMove(group, piece.from, from, to, length);
      }
    }
  }

  /** Credits every group through `now`, the minutes that are over closed. */
  credit(now: number): void {
    if (now <= this.#creditedTo || this.#creditedTo === Number.NEGATIVE_INFINITY) return;
    this.#roll(now);
    this.#creditTo(now);
  }

  #begin(at: number): void {
    this.#creditedTo = at;
    this.#openAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  }

  /** Opens the minute of `at`. */
  #roll(at: number): void {
    if (at - this.#openAt > LEAP_MS) this.#leap(at);
    while (at >= this.#openAt + MINUTE_MS) {
      const end = this.#openAt + stepFrom(this.#openAt, at);
      this.#creditTo(end);
      for (const group of this.#groups.all) group.close(this.#openAt);
      this.#openAt = end;
    }
  }

  #leap(at: number): void {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    for (const group of this.#groups.all) group.close(this.#openAt);
    this.#watched.skip(this.#creditedTo, minute);
    this.#openAt = minute;
    this.#creditedTo = minute;
  }

  #creditTo(until: number): void {
    const ms = this.#watched.measure(this.#creditedTo, until);
    this.#creditedTo = until;
    if (ms === 0) return;
    for (const { counts, openMs } of this.#groups.all) {
      for (let gauge = 0; gauge < GAUGES; gauge++) {
        const count = counts[gauge] ?? 0;
        if (count !== 0) openMs[gauge] = (openMs[gauge] ?? 0) + count * ms;
      }
    }
  }

  /** A piece of one minute did not count after all: what there was in it is what there is now, but for the changes since. */
  #takeBack({ from, to }: Stretch): void {
    for (const group of this.#groups.all) {
      for (let gauge = 0; gauge < GAUGES; gauge++) {
        this.#add(group, from, gauge, -(group.counts[gauge] ?? 0) * (to - from));
      }
    }
    this.#changes.since(from, (at, groups, left, entered) => {
      const ms = Math.min(at, to) - from;
      for (const group of groups) this.#addMove(group, from, left, entered, ms);
    });
  }

  #addMove(group: Group, at: number, from: number, to: number, ms: number): void {
    if (from !== NONE) this.#add(group, at, from, -ms);
    if (to !== NONE) this.#add(group, at, to, ms);
  }

  #add(group: Group, at: number, gauge: number, ms: number): void {
    if (at >= this.#openAt) group.openMs[gauge] = (group.openMs[gauge] ?? 0) + ms;
    else group.addMs(Math.floor(at / MINUTE_MS) * MINUTE_MS, gauge, ms);
  }
}

/** The newest changes, in columns: there are many, and most are never asked for. */
class Changes {
  readonly #at: number[] = [];
  readonly #groups: (readonly Group[])[] = [];
  /** Gauges left and entered in one number. */
  readonly #gauges: number[] = [];

  add(at: number, groups: readonly Group[], from: number, to: number): void {
    this.#groups.push(groups);
    this.#gauges.push(from * (NONE + 1) + to);
    if (this.#at.push(at) < 2 * CHANGES_KEPT) return;
    for (const column of [this.#at, this.#groups, this.#gauges]) column.splice(0, CHANGES_KEPT);
  }

  /** Those with an instant after `from`. */
  since(from: number, each: (at: number, groups: readonly Group[], left: number, entered: number) => void): void {
    for (const [index, at] of this.#at.entries()) {
      const gauges = this.#gauges[index] ?? 0;
      if (at > from) each(at, this.#groups[index] ?? [], Math.floor(gauges / (NONE + 1)), gauges % (NONE + 1));
    }
  }
}

/** Minutes; whole hours where more than a day is left: that much at once is a journal read again, or a clock put right. */
function stepFrom(at: number, to: number): number {
  return to - at > DAY_MS && at % HOUR_MS === 0 ? HOUR_MS : MINUTE_MS;
}

function minutesOf({ from, to }: Stretch): readonly Stretch[] {
  const pieces: Stretch[] = [];
  for (let at = from; at < to; ) {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const end = Math.min(to, minute + stepFrom(at, to));
    pieces.push({ from: at, to: end });
    at = end;
  }
  return pieces;
}
