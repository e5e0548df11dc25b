import { Gauge, type Registry } from "prom-client";
import type { Clock } from "#lib/clock/clock.ts";
import type { HistoryFacts } from "#server/history/fleet-history.ts";

/** A scrape waits no longer for the past: it may be in the middle of a snapshot. */
const WAIT_MS = 1_000;
/** Facts no older are told again without asking. */
const GOOD_MS = 5_000;

export interface WatchedHistory {
  facts(): Promise<HistoryFacts>;
}

/** How far back the past reaches, and how it keeps up. Asked at a scrape, of a thread that may be busy or away. */
export function watchHistory(history: WatchedHistory, clock: Clock, registers: Registry[]): void {
  const reading = createReading(history, clock);
  const gauge = (name: string, help: string, read: (facts: HistoryFacts) => number | null) =>
    new Gauge({
      name: `leash_history_${name}`,
      help,
      registers,
      async collect() {
        const { facts } = await reading();
        this.set((facts && read(facts)) ?? Number.NaN);
      },
    });
  const ageOf = (at: number | null) => (at === null ? null : Math.max(0, clock.now() - at) / 1_000);
  new Gauge({
    name: "leash_history_up",
    help: "1 while the thread of the past answers.",
    registers,
    async collect() {
      this.set((await reading()).up ? 1 : 0);
    },
  });
  gauge("snapshot_age_seconds", "Age of the newest snapshot.", ({ snapshotAt }) => ageOf(snapshotAt));
  gauge("snapshot_lag_events", "Events since the newest snapshot (counted up to 100,000).", ({ lag }) => lag);
  gauge("horizon_seconds", "How far back time travel reaches.", ({ earliest }) => ageOf(earliest));
  gauge("retained_seconds", "How far back every event is kept.", ({ oldestAt }) => ageOf(oldestAt));
  gauge("database_bytes", "Size of the database.", ({ bytes }) => bytes);
}

interface Reading {
  readonly up: boolean;
  /** The last that were told. */
  readonly facts: HistoryFacts | null;
}

/** One question for all gauges of a scrape. */
function createReading(history: WatchedHistory, clock: Clock): () => Promise<Reading> {
  let last: Reading = { up: false, facts: null };
  let readAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  function ask(): Promise<void> {
    asking ??= history
      .facts()
      .then(
        (facts) => {
          last = { up: true, facts };
        },
        () => {
          last = { up: false, facts: last.facts };
        },
      )
      .then(() => {
        readAt = clock.monotonic();
        asking = null;
      });
    return asking;
  }
  return async () => {
    if (clock.monotonic() - readAt < GOOD_MS) return last;
    const late = Promise.withResolvers<boolean>();
    const cancel = clock.schedule(WAIT_MS, () => late.resolve(true));
    const isLate = await Promise.race([ask().then(() => false), late.promise]);
    cancel();
    return isLate ? { ...last, up: false } : last;
  };
}
