import type { Clock } from "#lib/clock/clock.ts";

/** A revoked dog that was quiet for this long may come back: someone took it in hand. */
const QUIET_MS = 600_000;

/** Dogs that are kept out. Asking is trying: each attempt keeps the dog out for longer. */
export class Revocations {
  readonly #clock: Clock;
  /** When each tried last (monotonic ms). */
  readonly #triedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#triedAt.size;
  }

  add(sn: string): void {
    this.#triedAt.set(sn, this.#clock.monotonic());
  }

  /** True where the dog is to be refused; it was heard trying just now. */
  refuses(sn: string): boolean {
    const triedAt = this.#triedAt.get(sn);
    if (triedAt === undefined) return false;
    if (this.#isOver(triedAt)) this.#triedAt.delete(sn);
    else this.add(sn);
    return this.#triedAt.has(sn);
  }

  sweep(): void {
    for (const [sn, triedAt] of this.#triedAt) if (this.#isOver(triedAt)) this.#triedAt.delete(sn);
  }

  #isOver(triedAt: number): boolean {
    return this.#clock.monotonic() - triedAt >= QUIET_MS;
  }
}
