import type { Rollup } from "#lib/history/rollup.ts";

/** Rows of some 2 kB each: the open minute and hour of every group, and a few late ones. */
const MOST_ROWS = 4_000;

/**
 * Decoded rollup rows that one writer keeps between its commits: right for as long as nobody else writes them and its
 * commits succeed. Whoever fails to commit forgets them all.
 */
export class RollupCache {
  readonly #rows = new Map<string, Rollup>();
  readonly #most: number;

  constructor(most = MOST_ROWS) {
    this.#most = most;
  }

  /** What is stored under the touch's `id`, to be added to in place. */
  get(id: string): Rollup | undefined {
    return this.#rows.get(id);
  }

  keep(id: string, rollup: Rollup): void {
    this.#rows.delete(id);
    this.#rows.set(id, rollup);
  }

  /** After a commit, never within one: what was kept least lately goes first. */
  trim(): void {
    for (const oldest of this.#rows.keys()) {
      if (this.#rows.size <= this.#most) return;
      this.#rows.delete(oldest);
    }
  }

  forget(): void {
    this.#rows.clear();
  }
}
