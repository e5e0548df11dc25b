import { createJournal, type JournalOptions, type OpenJournal } from "./create-journal.ts";
import { MemoryStore } from "./memory-store.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

export interface MemoryJournal extends OpenJournal {
  readonly store: MemoryStore;
}

/**
 * The journal without a disk, for tests: the same behaviour over a `MemoryStore` (give it one to restart over, to stall or
 * to fail). Unless `limits` say otherwise it commits in the same turn of the loop, each time with what is derived, and
 * never counts as degraded, so that a test may jump its clock.
 */
export function createMemoryJournal(
  options: Pick<JournalOptions, "clock"> & Partial<JournalOptions> & { store?: MemoryStore },
): MemoryJournal {
  const { store = new MemoryStore(), ...rest } = options;
  const limits = { groupMs: null, degradedMs: Number.POSITIVE_INFINITY, ...rest.limits };
  return { ...createJournal(store, store.past(), { gateway: "test", log: SILENT, ...rest, limits }), store };
}
