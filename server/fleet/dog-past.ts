import type { DogDetail } from "#lib/contracts/dogs.ts";
import { coarseSpans } from "#lib/fleet/coarse-spans.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { DogEvent } from "#lib/fleet/event.ts";
import type { FleetState } from "#lib/fleet/fleet-state.ts";
import { stabilityOf } from "#lib/fleet/stability.ts";
import { dogHistory } from "#lib/fleet/timeline.ts";
import { iso } from "./dog-row.ts";

/** Finer than a lane is wide. */
const MOST_SPANS = 2_000;
const MOST_MARKS = 2_000;

export interface PastSources {
  readonly dog: Dog;
  /** Its own events, oldest first; some from before `from` tell what it was then. */
  readonly events: readonly DogEvent[];
  /** Who watched when, and what counts. */
  readonly state: Pick<FleetState, "watchEvents" | "unknownSpans" | "options">;
  readonly from: number;
  readonly to: number;
}

/** What a dog went through in a window: spans of one state with the unknown between, and how steady it was. */
export function pastOf({ dog, events, state, from, to }: PastSources): Pick<DogDetail, "timeline" | "stability"> {
  const watched = { watchEvents: state.watchEvents(), unknown: state.unknownSpans() };
  const history = dogHistory({ dog, events, ...watched, from, to }, state.options);
  const { watchedMs, unknownMs, availability, outages, recovered, gaveUp, meanBetweenMs, meanRecoverMs, flaps } =
    stabilityOf(history, from, to, state.options);
  const window = { from: iso(from), to: iso(to) };
  return {
    timeline: {
      ...window,
      spans: coarseSpans(history.spans, MOST_SPANS).map((span) => ({
        ...span,
        from: iso(span.from),
        to: iso(span.to),
      })),
      marks: history.marks.slice(-MOST_MARKS).map((mark) => ({ ...mark, at: iso(mark.at) })),
    },
    stability: {
      ...window,
      watched_ms: watchedMs,
      unknown_ms: unknownMs,
      availability,
      outages,
      recovered,
      gave_up: gaveUp,
      mean_between_ms: meanBetweenMs,
      mean_recover_ms: meanRecoverMs,
      flaps,
    },
  };
}
