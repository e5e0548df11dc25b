import type { StateCounts } from "#lib/fleet/dog.ts";
import { RECOVER_COLUMNS, recoverColumn } from "#lib/fleet/histogram.ts";
import type { Flap, OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { Recent } from "./recent.ts";
import { TimeSample, type TimeSampleDump } from "./time-sample.ts";

export const SAMPLE_MS = 30_000;
export const HOUR_MS = 3_600_000;
/** Windows begin at a boundary of this length: the hour is counted, not listed. */
export const SLICE_MS = 10_000;
/** A little more than an hour, so that the oldest bucket is whole. */
export const KEPT_MS = HOUR_MS + 10 * SAMPLE_MS;

/** The fleet at one boundary of 30 s. */
export interface Sample {
  readonly at: number;
  readonly counts: StateCounts;
  readonly flapping: number;
}

export interface Gap {
  readonly at: number;
  readonly until: number;
  readonly dropped: number;
}

/** Outages whose downtime began in one slice. Those in the auth lane stay out of all but `begun`, `auth` and `reasons`. */
export interface BegunSlice {
  readonly at: number;
  begun: number;
  auth: number;
  readonly reasons: Map<ReasonCode, number>;
  /** Decided, each as it was decided first: a dog that gave up and returned all the same stays given up. */
  ended: number;
  recovered: number;
  gaveUp: number;
  /** Recovered ones by the dials they took, by column of their time, and their times. */
  readonly dials: Map<number, number>;
  readonly columns: Uint32Array;
  readonly times: TimeSample;
}

/** What was decided in one slice, whenever it began, outside the auth lane; and flaps. */
export interface EndedSlice {
  readonly at: number;
  recovered: number;
  gaveUp: number;
  readonly times: TimeSample;
  flaps: number;
}

/** Slices of the last hour by their start. */
class Slices<S extends { readonly at: number }> {
  readonly #slices = new Map<number, S>();
  readonly #make: (at: number) => S;
  #newest = 0;

  constructor(make: (at: number) => S) {
    this.#make = make;
  }

  /** The slice of an instant; undefined for one too long ago. */
  of(instant: number): S | undefined {
    const at = Math.floor(instant / SLICE_MS) * SLICE_MS;
    const known = this.#slices.get(at);
    if (known !== undefined || at < this.#newest - KEPT_MS) return known;
    const slice = this.#make(at);
    this.#slices.set(at, slice);
    if (at > this.#newest) {
      this.#newest = at;
      for (const old of this.#slices.keys()) if (old < at - KEPT_MS) this.#slices.delete(old);
    }
    return slice;
  }

  since(from: number): readonly S[] {
    return [...this.#slices.values()].filter(({ at }) => at >= from);
  }

  restore(slices: readonly S[]): void {
    for (const slice of slices) {
      this.#slices.set(slice.at, slice);
      this.#newest = Math.max(this.#newest, slice.at);
    }
  }
}

type Counts = readonly (readonly [key: number, count: number])[];

/** Plain JSON. */
export interface HourHistoryDump {
  readonly samples: readonly Sample[];
  readonly gaps: readonly Gap[];
  readonly begun: readonly (Omit<BegunSlice, "reasons" | "dials" | "columns" | "times"> & {
    readonly reasons: readonly (readonly [ReasonCode, number])[];
    readonly dials: Counts;
    readonly columns: readonly number[];
    readonly times: TimeSampleDump;
  })[];
  readonly ended: readonly (Omit<EndedSlice, "times"> & { readonly times: TimeSampleDump })[];
}

/** What the last hour needs and the fold does not keep: samples of the states, outages and flaps in slices of 10 s, gaps. */
export class HourHistory {
  readonly #samples = new Recent<Sample>(KEPT_MS, 2 * (KEPT_MS / SAMPLE_MS), (sample) => sample.at);
  readonly #gaps = new Recent<Gap>(KEPT_MS, 1_000, (gap) => gap.at);
  readonly #begun = new Slices<BegunSlice>(begunSlice);
  readonly #ended = new Slices<EndedSlice>(endedSlice);

  addSample(sample: Sample): void {
    this.#samples.add(sample);
  }

  addGap(gap: Gap): void {
    this.#gaps.add(gap);
  }

  addBegun({ startedAt, category, reason }: OutageBegun): void {
    const slice = this.#begun.of(startedAt);
    if (slice === undefined) return;
    slice.begun++;
    if (category === "auth") slice.auth++;
    addTo(slice.reasons, reason);
  }

  /** An outage counted as begun is in the auth lane now. */
  addMoved({ startedAt }: OutageBegun): void {
    const begun = this.#begun.of(startedAt);
    if (begun !== undefined) begun.auth++;
  }

  addEnded({ startedAt, endedAt, outcome, category, dials }: OutageEnded): void {
    if (outcome === "returned" || category === "auth") return;
    const begun = this.#begun.of(startedAt);
    const ended = this.#ended.of(endedAt);
    if (begun !== undefined) begun.ended++;
    for (const slice of [begun, ended]) {
      if (slice === undefined) continue;
      if (outcome === "gave_up") slice.gaveUp++;
      if (outcome !== "recovered") continue;
      slice.recovered++;
      slice.times.add(endedAt - startedAt);
    }
    if (begun === undefined || outcome !== "recovered") return;
    addTo(begun.dials, Math.max(1, dials ?? 1));
    const column = recoverColumn(endedAt - startedAt);
    begun.columns[column] = (begun.columns[column] ?? 0) + 1;
  }

  addFlap({ at }: Flap): void {
    const slice = this.#ended.of(at);
    if (slice !== undefined) slice.flaps++;
  }

  samples(from: number): readonly Sample[] {
    return this.#samples.since(from);
  }

  gaps(from: number): readonly Gap[] {
    return this.#gaps.since(from);
  }

  /** What is still of use at `now`. */
  dump(now: number): HourHistoryDump {
    const from = now - KEPT_MS;
    const begun = this.#begun.since(from).map(({ reasons, dials, columns, times, ...counts }) => ({
      ...counts,
      reasons: [...reasons],
      dials: [...dials],
      columns: [...columns],
      times: times.dump(),
    }));
    const ended = this.#ended.since(from).map(({ times, ...counts }) => ({ ...counts, times: times.dump() }));
    return { samples: this.#samples.since(from), gaps: this.#gaps.since(from), begun, ended };
  }

  restore({ samples, gaps, begun, ended }: HourHistoryDump): void {
    for (const sample of samples) this.#samples.add(sample);
    for (const gap of gaps) this.#gaps.add(gap);
    this.#begun.restore(
      begun.map(({ reasons, dials, columns, times, ...counts }) => ({
        ...counts,
        reasons: new Map(reasons),
        dials: new Map(dials),
        columns: Uint32Array.from(columns),
        times: TimeSample.from(times),
      })),
    );
    this.#ended.restore(ended.map(({ times, ...counts }) => ({ ...counts, times: TimeSample.from(times) })));
  }

  /** By when their downtime began. `from` is a boundary. */
  begun(from: number): readonly BegunSlice[] {
    return this.#begun.since(from);
  }

  /** By when it was decided. `from` is a boundary. */
  ended(from: number): readonly EndedSlice[] {
    return this.#ended.since(from);
  }
}

/** Start of a window that reaches back `spanMs` and begins at a boundary. */
export function windowStart(now: number, spanMs: number): number {
  return Math.floor((now - spanMs) / SLICE_MS) * SLICE_MS;
}

function begunSlice(at: number): BegunSlice {
  const counts = { begun: 0, auth: 0, ended: 0, recovered: 0, gaveUp: 0 };
  const columns = new Uint32Array(RECOVER_COLUMNS);
  return { at, ...counts, reasons: new Map(), dials: new Map(), columns, times: new TimeSample() };
}

function endedSlice(at: number): EndedSlice {
  return { at, recovered: 0, gaveUp: 0, times: new TimeSample(), flaps: 0 };
}

function addTo<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
