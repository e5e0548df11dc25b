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
  at: number;
  clean: boolean;
}

/** A store in memory: it outlives its journals as a disk does, and tells its disk troubles on request. */
export class MemoryStore implements JournalStore {
  readonly #rows = new Map<string, EventRow>();
  #alive: Alive | undefined;
  #failure: Error | undefined;
  #held: (() => void)[] | undefined;

  async commit(commit: Commit): Promise<void> {
    await this.#turn();
    if (this.#failure) throw this.#failure;
    for (const row of commit.rows) this.#rows.set(`${row.epoch}.${row.seq}`, row);
    if (this.#alive?.epoch !== commit.epoch) this.#alive = { epoch: commit.epoch, at: 0, clean: false };
    this.#alive.at = commit.aliveAt;
    this.#alive.clean = commit.clean;
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
    return { previous, latestAt: this.#sorted().at(-1)?.at ?? 0 };
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
