import type { Clock } from "#lib/clock/clock.ts";
import type { DataFrame } from "./live-frame.ts";

const KEPT_MS = 10_000;
const KEPT_FRAMES = 100;

/**
 * The last seconds of frames. An answer may have been taken at the server before a frame that reached us first: what came since the
 * question was asked is written again over the answer, in order.
 */
export function createLiveReplay(clock: Clock) {
  let frames: readonly { readonly at: number; readonly frame: DataFrame }[] = [];
  return {
    record(frame: DataFrame): void {
      const at = clock.monotonic();
      frames = [...frames.filter((kept) => at - kept.at <= KEPT_MS), { at, frame }].slice(-KEPT_FRAMES);
    },
    /** Frames recorded at or after `at` (monotonic ms), oldest first. */
    since: (at: number): readonly DataFrame[] => frames.filter((kept) => kept.at >= at).map(({ frame }) => frame),
    clear(): void {
      frames = [];
    },
  };
}
