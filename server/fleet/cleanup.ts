import type { Clock } from "#lib/clock/clock.ts";
import type { Journal } from "#server/journal/journal.ts";
import { acknowledged, assertWritable } from "./acknowledge.ts";
import type { FleetReader } from "./fleet-reader.ts";

const EVERY_MS = 3_600_000;

/** Records whose last observation is older than the TTL become offline: at the operator's word and once an hour. */
export interface Cleanup {
  /** How many were (or, dry, would be) removed. Resolves after the commit. */
  run(actor: string, options?: { readonly dryRun?: boolean }): Promise<number>;
  /** Ends the hourly run. Idempotent. */
  close(): void;
}

export interface CleanupDeps {
  readonly fleet: FleetReader;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly recordTtlMs: number;
}

export function createCleanup({ fleet, journal, clock, recordTtlMs }: CleanupDeps): Cleanup {
  const remove = (actor: string): number => {
    const through = clock.now() - recordTtlMs;
    const count = fleet.expired(through);
    if (count > 0) journal.append({ type: "record.cleaned", through, actor });
    return count;
  };
  let cancel = clock.schedule(EVERY_MS, hourly);
  function hourly(): void {
    if (journal.health().status === "ok") remove("system");
    cancel = clock.schedule(EVERY_MS, hourly);
  }
  return {
    async run(actor, { dryRun = false } = {}) {
      if (dryRun) return fleet.expired(clock.now() - recordTtlMs);
      assertWritable(journal);
      const count = remove(actor);
      await acknowledged(journal);
      return count;
    },
    close: () => cancel(),
  };
}
