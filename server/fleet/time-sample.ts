import { percentiles } from "#lib/fleet/histogram.ts";

const MOST = 2_000;

/** Plain JSON. */
export interface TimeSampleDump {
  readonly times: readonly number[];
  readonly stride: number;
  readonly seen: number;
}

/** An even sample of times: all of them up to 2,000, from then on every second, every fourth, and so on. */
export class TimeSample {
  #times: number[] = [];
  #stride = 1;
  #seen = 0;

  static from({ times, stride, seen }: TimeSampleDump): TimeSample {
    const sample = new TimeSample();
    sample.#times = [...times];
    sample.#stride = stride;
    sample.#seen = seen;
    return sample;
  }

  dump(): TimeSampleDump {
    return { times: this.#times, stride: this.#stride, seen: this.#seen };
  }

  get stride(): number {
    return this.#stride;
  }

  get times(): readonly number[] {
    return this.#times;
  }

  add(time: number): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.#times.push(time);
    if (this.#times.length < MOST) return;
    this.#times = this.#times.filter((_, i) => i % 2 === 0);
    this.#stride *= 2;
  }
}

/**
 * Nearest-rank percentiles over several samples, thinned as far as the thinnest; null of no values. Each kept time stands for
 * as many as any other: a few slow recoveries must not outweigh a storm that was thinned.
 */
export function percentilesOf(
  samples: readonly TimeSample[],
  ...shares: readonly number[]
): readonly (number | null)[] {
  const most = Math.max(1, ...samples.map(({ stride }) => stride));
  let passed = 0;
  const times = samples.flatMap(({ stride, times: kept }) =>
    kept.filter(() => {
      const due = passed % most < stride;
      passed += stride;
      return due;
    }),
  );
  return percentiles(times, ...shares);
}
