/** A token bucket on monotonic time. Full at the start; refills continuously. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  /** @param now monotonic ms */
  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** Takes one token where more than `keep` are there. */
  take(now: number, keep = 0): boolean {
    this.#refill(now);
    if (this.#tokens < keep + 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes a token that is yet to come. Returns the wait for it in ms; undefined, and nothing taken, where it is longer than `mostMs`. */
  reserve(now: number, mostMs: number): number | undefined {
    this.#refill(now);
    const waitMs = Math.max(0, ((1 - this.#tokens) / this.#perSecond) * 1_000);
    if (waitMs > mostMs) return undefined;
    this.#tokens -= 1;
    return waitMs;
  }

  /** Milliseconds until one token is there. */
  waitMs(now: number): number {
    this.#refill(now);
    return this.#tokens >= 1 ? 0 : ((1 - this.#tokens) / this.#perSecond) * 1_000;
  }

  #refill(now: number): void {
    const passed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#burst, this.#tokens + (passed / 1_000) * this.#perSecond);
    this.#filledAt = now;
  }
}
