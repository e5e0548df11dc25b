import type { Clock } from "#lib/clock/clock.ts";
import { EVENT_VERSION, type FleetEvent, type FleetEventBody } from "#lib/fleet/event.ts";

/**
 * Gives events their envelope: seq contiguous from 1, `at` = max(wall, last + 1 ms), so that a wall clock that steps back
 * or stands still never reorders one run. `floorAt` is the latest instant already stored.
 */
export function createStamp(options: { clock: Clock; epoch: string; floorAt: number }) {
  let seq = 0;
  let lastAt = options.floorAt;
  return {
    stamp(body: FleetEventBody): FleetEvent {
      seq += 1;
      lastAt = Math.max(options.clock.now(), lastAt + 1);
      return { v: EVENT_VERSION, epoch: options.epoch, seq, at: lastAt, ...body };
    },
    /** Every later event is after `at`: what was said about the time up to it stays true. */
    passed(at: number): void {
      lastAt = Math.max(lastAt, at);
    },
  };
}
