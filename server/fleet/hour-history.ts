import type { OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import { TimeSample, type TimeSampleDump } from "./time-sample.ts";

export const HOUR_MS = 3_600_000;
/** Windows begin at a boundary of this length: the hour is counted, not listed. */
const SLICE_MS = 10_000;
/** A little more than an hour, so that the oldest slice is whole. */
const KEPT_MS = HOUR_MS + 300_000;

/** Outages whose downtime began in one slice. Those in the auth lane stay out of all but `begun` and `auth`. */
export interface BegunSlice {
  readonly at: number;
  begun: number;
  auth: number;
  /** Decided, each as it was decided first: a dog that gave up and returned all the same stays given up. */
  ended: number;
  recovered: number;
  gaveUp: number;
  /** Times to recover. */
  readonly times: TimeSample;
}

/** Plain JSON. */
export interface HourHistoryDump {
  readonly begun: readonly (Omit<BegunSlice, "times"> & { readonly times: TimeSampleDump })[];
}

/** What the last hour needs and the fold does not keep: its outages in slices of 10 s, by when their downtime began. */
export class HourHistory {
  readonly #slices = new Map<number, BegunSlice>();
  #newest = 0;

  addBegun({ startedAt, category }: OutageBegun): void {
    const slice = this.#of(startedAt);
    if (slice === undefined) return;
    slice.begun++;
    if (category === "auth") slice.auth++;
  }

  /** An outage counted as begun is in the auth lane now. */
  addMoved({ startedAt }: OutageBegun): void {
    const slice = this.#of(startedAt);
    if (slice !== undefined) slice.auth++;
  }

  addEnded({ startedAt, endedAt, outcome, category }: OutageEnded): void {
    if (outcome === "returned" || category === "auth") return;
    const slice = this.#of(startedAt);
    if (slice === undefined) return;
    slice.ended++;
    if (outcome === "gave_up") slice.gaveUp++;
    if (outcome !== "recovered") return;
    slice.recovered++;
    slice.times.add(endedAt - startedAt);
  }

  /** What is still of use at `now`. */
  dump(now: number): HourHistoryDump {
    return { begun: this.begun(now - KEPT_MS).map(({ times, ...counts }) => ({ ...counts, times: times.dump() })) };
  }

  restore({ begun }: HourHistoryDump): void {
    for (const { times, ...counts } of begun) {
      this.#slices.set(counts.at, { ...counts, times: TimeSample.from(times) });
      this.#newest = Math.max(this.#newest, counts.at);
    }
  }

  /** Slices of the window that begins at `from`, a boundary. */
  begun(from: number): readonly BegunSlice[] {
    return [...this.#slices.values()].filter(({ at }) => at >= from);
  }

  /** The slice of an instant; undefined for one too long ago. */
  #of(instant: number): BegunSlice | undefined {
    const at = Math.floor(instant / SLICE_MS) * SLICE_MS;
    const known = this.#slices.get(at);
    if (known !== undefined || at < this.#newest - KEPT_MS) return known;
    const slice = { at, begun: 0, auth: 0, ended: 0, recovered: 0, gaveUp: 0, times: new TimeSample() };
    this.#slices.set(at, slice);
    if (at > this.#newest) {
      this.#newest = at;
      for (const old of this.#slices.keys()) if (old < at - KEPT_MS) this.#slices.delete(old);
    }
    return slice;
  }
}

/** Start of a window that reaches back `spanMs` and begins at a boundary. */
export function windowStart(now: number, spanMs: number): number {
  return Math.floor((now - spanMs) / SLICE_MS) * SLICE_MS;
}
