import type { Clock } from "#lib/clock/clock.ts";

/** Longest work in one go: a question that comes meanwhile waits no longer. */
const SLICE_MS = 12;

/** Called between the steps of long work: returns at once until a slice is used up, then lets others have their turn. */
export type Slice = () => Promise<void>;

export function createSlice(clock: Clock): Slice {
  let since = clock.monotonic();
  return async () => {
    if (clock.monotonic() - since < SLICE_MS) return;
    await new Promise<void>((resolve) => void clock.schedule(0, resolve));
    since = clock.monotonic();
  };
}
