import { createJournal, type JournalOptions, type OpenJournal } from "./create-journal.ts";
import { MemoryStore } from "./memory-store.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

export interface MemoryJournal extends OpenJournal {
  readonly store: MemoryStore;
}

/**
 * The journal without a disk, for tests: the same behaviour over a `MemoryStore` (give it one to restart over, to stall or
 * to fail). Commits in the same turn of the loop unless `limits.groupMs` says otherwise, so `await committed()` needs no clock.
 */
export function createMemoryJournal(
  options: Pick<JournalOptions, "clock"> & Partial<JournalOptions> & { store?: MemoryStore },
): MemoryJournal {
  const { store = new MemoryStore(), ...rest } = options;
  const limits = { groupMs: null, ...rest.limits };
  return { ...createJournal(store, store.past(), { gateway: "test", log: SILENT, ...rest, limits }), store };
}
