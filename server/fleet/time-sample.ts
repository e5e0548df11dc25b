import { percentiles } from "#lib/fleet/histogram.ts";

const MOST = 2_000;

/** An even sample of times: all of them up to 2,000, from then on every second, every fourth, and so on. */
export class TimeSample {
  #times: number[] = [];
  #stride = 1;
  #seen = 0;

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

/** Nearest-rank percentiles over several samples, each thinned as far as the thinnest; null of no values. */
export function percentilesOf(
  samples: readonly TimeSample[],
  ...shares: readonly number[]
): readonly (number | null)[] {
  const stride = Math.max(1, ...samples.map((sample) => sample.stride));
  const times = samples.flatMap((sample) => {
    const step = stride / sample.stride;
    return step === 1 ? sample.times : sample.times.filter((_, i) => i % step === 0);
  });
  return percentiles(times, ...shares);
}
