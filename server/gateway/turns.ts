import type { Clock } from "#lib/clock/clock.ts";
import type { Refusal } from "./socket.ts";

/** The handshakes that wait for their turn, each with its own timer: at most as many as the admission lets wait. */
export class Turns {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves with what `decide` says once the turn has come, or the turns are ended. Rejects where it throws. */
  wait(waitMs: number, decide: () => Refusal | undefined): Promise<Refusal | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Refusal | undefined>();
    const turn = () => {
      cancel();
      this.#waiting.delete(turn);
      try {
        resolve(decide());
      } catch (error) {
        reject(error);
      }
    };
    const cancel = this.#clock.schedule(waitMs, turn);
    this.#waiting.add(turn);
    return promise;
  }

  /** Decides all that wait now. */
  end(): void {
    for (const turn of this.#waiting) turn();
  }
}
