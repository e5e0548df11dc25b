import type { StateCounts } from "#lib/fleet/dog.ts";
import type { Flap, OutageBegun, OutageEnded } from "#lib/fleet/outage-note.ts";
import { Recent } from "./recent.ts";

export const SAMPLE_MS = 30_000;
export const HOUR_MS = 3_600_000;
/** A little more than an hour, so that the oldest bucket is whole. */
const KEPT_MS = HOUR_MS + 10 * SAMPLE_MS;
const MOST_OUTAGES = 500_000;

/** The fleet at one boundary of 30 s. */
export interface Sample {
  readonly at: number;
  readonly counts: StateCounts;
  readonly flapping: number;
}

/** An outage begun in a window, however it stands. */
export interface OutageOfHour {
  /** As it was last told: its category is `auth` once it ran in that lane. */
  readonly outage: OutageBegun;
  /** How it was decided first; null while it is open. */
  readonly ended: OutageEnded | null;
}

export interface Gap {
  readonly at: number;
  readonly until: number;
  readonly dropped: number;
}

/** What the last hour needs and the fold does not keep: samples of the states, outages, flaps, gaps. */
export class HourHistory {
  readonly #samples = new Recent<Sample>(KEPT_MS, 2 * (KEPT_MS / SAMPLE_MS), (sample) => sample.at);
  readonly #begun = new Recent<OutageBegun>(KEPT_MS, MOST_OUTAGES, (outage) => outage.detectedAt);
  readonly #ended = new Recent<OutageEnded>(KEPT_MS, MOST_OUTAGES, (outage) => outage.endedAt);
  readonly #flaps = new Recent<Flap>(KEPT_MS, MOST_OUTAGES, (flap) => flap.at);
  readonly #gaps = new Recent<Gap>(KEPT_MS, 1_000, (gap) => gap.at);

  addSample(sample: Sample): void {
    this.#samples.add(sample);
  }
  addBegun(outage: OutageBegun): void {
    this.#begun.add(outage);
  }
  addEnded(outage: OutageEnded): void {
    this.#ended.add(outage);
  }
  addFlap(flap: Flap): void {
    this.#flaps.add(flap);
  }
  addGap(gap: Gap): void {
    this.#gaps.add(gap);
  }

  samples(from: number): readonly Sample[] {
    return this.#samples.since(from);
  }
  flaps(from: number): readonly Flap[] {
    return this.#flaps.since(from);
  }
  gaps(from: number): readonly Gap[] {
    return this.#gaps.since(from);
  }
  /** Outages detected at or after `from`, those a forced close turned into included. */
  drops(from: number): readonly OutageBegun[] {
    return this.#begun.since(from);
  }

  /** Outages decided at or after `from`, each once: a dog that gave up and returned all the same stays given up. */
  decided(from: number): readonly OutageEnded[] {
    return this.#ended.since(from).filter(({ outcome }) => outcome !== "returned");
  }

  /** Outages whose downtime began at or after `from`, each once. */
  outages(from: number): readonly OutageOfHour[] {
    const decided = new Map<string, OutageEnded>();
    for (const outage of this.decided(from)) decided.set(outage.id, outage);
    const begun = this.#begun.since(from).filter(({ startedAt }) => startedAt >= from);
    return begun.map((outage) => {
      const ended = decided.get(outage.id) ?? null;
      return { outage: ended ?? outage, ended };
    });
  }
}
