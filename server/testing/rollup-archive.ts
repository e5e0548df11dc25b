import type { RollupDelta } from "#lib/history/rollup.ts";
import type { Archive } from "#server/journal/archive.ts";
import { touchedRollups } from "#server/journal/database/derived-rows.ts";

/** Rollups in memory as the databases keep them: the minute and the hour of each delta. */
export class RollupArchive implements Pick<Archive, "rollups" | "begun"> {
  readonly #rows: ReturnType<typeof touchedRollups>;
  /** Rows told so far. */
  told = 0;

  constructor(deltas: readonly RollupDelta[]) {
    this.#rows = touchedRollups(deltas);
  }

  /** Forgets minutes before an instant, as retention does. */
  forgetMinutes(before: number): this {
    const kept = this.#rows.filter(({ size, at }) => size !== 60_000 || at >= before);
    this.#rows.splice(0, this.#rows.length, ...kept);
    return this;
  }

  async rollups({ size, by, from, to }: Parameters<Archive["rollups"]>[0]) {
    const rows = this.#rows
      .filter((row) => row.size === size && row.by === by && row.at >= from && row.at < to)
      .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
    this.told += rows.length;
    return rows.map(({ at, key, delta }) => ({ at, key, rollup: structuredClone(delta) }));
  }

  async begun(query: Parameters<Archive["rollups"]>[0]) {
    return (await this.rollups(query)).map(({ at, key, rollup }) => ({ at, key, begun: rollup.begun }));
  }
}
