import type { Clock } from "#lib/clock/clock.ts";
import { type FleetOptions, fleetOptions } from "#lib/fleet/fleet-options.ts";
import type { SummarySettings } from "#server/fleet/fleet-summary.ts";
import type { Archive } from "#server/journal/archive.ts";
import type { HistoryLog } from "./history-log.ts";
import { createMoments, type Moments } from "./moments.ts";
import { type RetentionPolicy, retain } from "./retention.ts";
import { createSnapshotMaker, type SnapshotMaker } from "./snapshot-maker.ts";

/** Between two looks for what is due: snapshots, then (less often) what may be deleted. */
const LOOK_MS = 10_000;
const RETAIN_MS = 600_000;
/** Between two looks at the moments that are held: a whole fleet each. */
const FORGET_MS = 15_000;
/** A long deletion makes way for the snapshots that are due. */
const RETAIN_WITHIN_MS = 20_000;

/** What the past is told from outside. It travels to its thread: plain values only. */
export interface PastSettings {
  readonly options: Partial<FleetOptions>;
  readonly summary: SummarySettings;
  readonly retention: RetentionPolicy;
}

/** What the questions are answered from. */
export interface Past {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly options: FleetOptions;
  readonly moments: Moments;
  readonly maker: Pick<SnapshotMaker, "first">;
  /** The live fold has its state: from here on old events may go. Idempotent. */
  booted(): void;
  /** Lets what runs in the background end, then closes the archive. Idempotent. */
  close(): Promise<void>;
}

export interface PastDeps {
  readonly archive: Archive;
  readonly clock: Clock;
  readonly log: HistoryLog;
  readonly settings: PastSettings;
}

/**
 * Everything the thread of the past does; it may run in any thread. Background work begins after the first question's turn,
 * retention with `booted`: a start replays from an older snapshot, whose events must not go under it.
 */
export function createPast({ archive, clock, log, settings }: PastDeps): Past {
  const options = fleetOptions(settings.options);
  const moments = createMoments({ archive, clock, options, settings: settings.summary });
  const isEnding = () => ending;
  const maker = createSnapshotMaker({ archive, clock, options, log, isEnding });
  let cancel = clock.schedule(0, look);
  let cancelForget = clock.schedule(FORGET_MS, forget);
  let retainedAt = Number.NEGATIVE_INFINITY;
  let isBooted = false;
  let failing = false;
  let ending = false;
  let running = Promise.resolve();
  let closed: Promise<void> | undefined;

  async function work(): Promise<void> {
    await maker.run();
    if (ending || !isBooted) return;
    if (clock.monotonic() - retainedAt < RETAIN_MS) return;
    const beganAt = clock.monotonic();
    const isOver = () => ending || clock.monotonic() - beganAt > RETAIN_WITHIN_MS;
    await retain({ archive, clock, policy: settings.retention, log, isEnding: isOver });
    // Cut short it goes on with the next look.
    if (!isOver()) retainedAt = clock.monotonic();
  }

  function forget(): void {
    moments.forget();
    cancelForget = clock.schedule(FORGET_MS, forget);
  }

  function look(): void {
    running = work().then(
      () => {
        if (failing) log.info({}, "history: snapshots and retention go on");
        failing = false;
      },
      (error: unknown) => {
        if (!failing && !ending) log.error({ err: error }, "history: a snapshot or retention failed; tried again");
        failing = true;
      },
    );
    void running.then(() => {
      if (!ending) cancel = clock.schedule(LOOK_MS, look);
    });
  }

  return {
    archive,
    clock,
    options,
    moments,
    maker,
    booted() {
      isBooted = true;
    },
    close() {
      ending = true;
      cancel();
      cancelForget();
      closed ??= running.then(() => archive.close());
      return closed;
    },
  };
}
