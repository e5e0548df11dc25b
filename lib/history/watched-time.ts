import type { UnknownSpan } from "#lib/fleet/watch.ts";

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Which time counts: all from the first event on, but for the stretches nobody watched. */
export class WatchedTime {
  /** Oldest first, not overlapping. The last may reach without end. */
  #dark: readonly Stretch[] = [];
  readonly #skipped: Stretch[] = [];
  #from = Number.POSITIVE_INFINITY;
  /** No dark stretch ends in [#lightFrom, #lightTo): the common case needs no search. */
  #lightFrom = Number.POSITIVE_INFINITY;
  #lightTo = Number.POSITIVE_INFINITY;

  /** Takes over what is known now. Returns the stretches before `until` that counted until now and do not any more. */
  learn(spans: readonly UnknownSpan[], watchedFrom: number, until: number): readonly Stretch[] {
    const dark = spans.map(({ from, to }) => ({ from, to: to ?? Number.POSITIVE_INFINITY }));
    const lost = dark.flatMap(({ from, to }) => this.stretches(from, Math.min(to, until)));
    this.#from = watchedFrom;
    this.#darken(dark);
    return lost;
  }

  /** A stretch that no clock went through counts no more; nothing of it was counted. */
  skip(from: number, to: number): void {
    this.#skipped.push({ from, to });
    this.#darken(this.#dark);
  }

  #darken(dark: readonly Stretch[]): void {
    this.#dark = [...new Set([...dark, ...this.#skipped])].sort((a, b) => a.from - b.from);
    this.#lightFrom = this.#from;
    this.#lightTo = Number.POSITIVE_INFINITY;
    for (const { from, to } of this.#dark) {
      if (to === Number.POSITIVE_INFINITY) this.#lightTo = from;
      else this.#lightFrom = Math.max(this.#lightFrom, to);
    }
  }

  /** Everything between two instants counts, in whichever order they are given. */
  isLight(a: number, b: number): boolean {
    return a >= this.#lightFrom && b >= this.#lightFrom && a <= this.#lightTo && b <= this.#lightTo;
  }

  /** What counts of [from, to), oldest first. */
  stretches(from: number, to: number): readonly Stretch[] {
    const found: Stretch[] = [];
    let cursor = Math.max(from, this.#from);
    if (cursor >= this.#lightFrom) {
      const end = Math.min(to, this.#lightTo);
      return cursor < end ? [{ from: cursor, to: end }] : found;
    }
    for (const dark of this.#dark) {
      if (dark.from >= to) break;
      if (dark.from > cursor) found.push({ from: cursor, to: dark.from });
      cursor = Math.max(cursor, dark.to);
    }
    if (cursor < to) found.push({ from: cursor, to });
    return found;
  }

  /** Milliseconds of [from, to) that count. */
  measure(from: number, to: number): number {
    if (from < to && this.isLight(from, to)) return to - from;
    let sum = 0;
    for (const stretch of this.stretches(from, to)) sum += stretch.to - stretch.from;
    return sum;
  }
}
