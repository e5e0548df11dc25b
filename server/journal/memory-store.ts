import type { Derived, DogDay, OutageRow } from "#lib/history/derived.ts";
import { emptyRollup, type Grouping, mergeRollup, type Rollup, type RollupSize } from "#lib/history/rollup.ts";
import { touchedRollups } from "./database/derived-rows.ts";
import type { JournalRead } from "./journal.ts";
import {
  answers,
  type Commit,
  compareKeys,
  type EventRow,
  type JournalStore,
  type PreviousRun,
  type RowKey,
  type StoredPast,
} from "./journal-store.ts";

interface Alive {
  readonly epoch: string;
  readonly at: number;
  readonly clean: boolean;
  readonly number: number;
}

/** What was derived, as it adds up in a store. */
export interface StoredDerived {
  readonly outages: readonly OutageRow[];
  readonly rollups: readonly {
    readonly size: RollupSize;
    readonly by: Grouping;
    readonly at: number;
    readonly key: string;
    readonly rollup: Rollup;
  }[];
  readonly dogDays: readonly DogDay[];
}

/** A store in memory: it outlives its journals as a disk does, and tells its disk troubles on request. */
export class MemoryStore implements JournalStore {
  readonly #rows = new Map<string, EventRow>();
  #alive: Alive | undefined;
  #toldThrough: number | null = null;
  #creditedThrough: number | null = null;
  readonly #outages = new Map<string, OutageRow>();
  readonly #rollups = new Map<string, StoredDerived["rollups"][number]>();
  readonly #dogDays = new Map<string, DogDay>();
  #failure: Error | undefined;
  #answersLost = 0;
  #held: (() => void)[] | undefined;

  async commit(commit: Commit): Promise<void> {
    await this.#turn();
    if (this.#failure) throw this.#failure;
    for (const row of commit.rows) this.#rows.set(`${row.epoch}.${row.seq}`, row);
    if (this.#alive?.epoch !== commit.epoch) this.#alive = { epoch: commit.epoch, at: 0, clean: false, number: 0 };
    const { number } = this.#alive;
    if (commit.number > number && commit.derived) this.#keep(commit.derived);
    if (commit.number >= number) {
      this.#alive = { epoch: commit.epoch, at: commit.aliveAt, clean: commit.clean, number: commit.number };
    }
    if (this.#answersLost === 0) return;
    this.#answersLost -= 1;
    throw new Error("the answer was lost");
  }

  async page(after: RowKey | null, limit: number): Promise<readonly EventRow[]> {
    return this.#sorted()
      .filter((row) => after === null || compareKeys(row, after) > 0)
      .slice(0, limit);
  }

  async read(query: JournalRead): Promise<readonly EventRow[]> {
    return this.#sorted()
      .reverse()
      .filter((row) => answers(row, query))
      .slice(0, query.limit);
  }

  async close(): Promise<void> {}

  past(): StoredPast {
    const alive = this.#alive;
    const previous: PreviousRun | null = alive
      ? { epoch: alive.epoch, aliveUntil: alive.at, clean: alive.clean }
      : null;
    return {
      previous,
      latestAt: this.#sorted().at(-1)?.at ?? 0,
      toldThrough: this.#toldThrough,
      creditedThrough: this.#creditedThrough,
    };
  }

  derived(): StoredDerived {
    return {
      outages: [...this.#outages.values()],
      rollups: [...this.#rollups.values()],
      dogDays: [...this.#dogDays.values()],
    };
  }

  /** The next `count` commits are stored and yet rejected, as when the connection breaks behind them. */
  loseAnswers(count: number): void {
    this.#answersLost = count;
  }

  /** Every commit from now on fails, as on a full disk; undefined ends it. */
  failWith(error: Error | undefined): void {
    this.#failure = error;
  }

  /** Commits hang, as on a stalled disk, until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const go of held) go();
  }

  #keep({ outages, rollups, dogDays, toldThrough, creditedThrough }: Derived): void {
    this.#toldThrough = toldThrough;
    this.#creditedThrough = creditedThrough;
    for (const row of outages) this.#outages.set(`${row.sn} ${row.startedAt}`, row);
    for (const { id, delta, ...of } of touchedRollups(rollups)) {
      const { rollup } = this.#rollups.get(id) ?? { rollup: emptyRollup() };
      this.#rollups.set(id, { ...of, rollup: mergeRollup(rollup, delta) });
    }
    for (const day of dogDays) {
      const id = `${day.day} ${day.sn}`;
      this.#dogDays.set(id, addDay(this.#dogDays.get(id), day));
    }
  }

  #turn(): Promise<void> {
    if (!this.#held) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.push(resolve);
    return promise;
  }

  #sorted(): EventRow[] {
    return [...this.#rows.values()].sort(compareKeys);
  }
}

function addDay(to: DogDay | undefined, { day, sn, ...add }: DogDay): DogDay {
  return {
    day,
    sn,
    outages: (to?.outages ?? 0) + add.outages,
    gaveUp: (to?.gaveUp ?? 0) + add.gaveUp,
    recovered: (to?.recovered ?? 0) + add.recovered,
    recoverMs: (to?.recoverMs ?? 0) + add.recoverMs,
    flaps: (to?.flaps ?? 0) + add.flaps,
  };
}
