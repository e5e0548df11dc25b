import type { Refusal } from "./socket.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface AdmissionOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly random: () => number;
  /** Longest wait in line (ms): well under a dog's dial timeout. */
  readonly mostWaitMs: number;
  /** Monotonic ms. */
  readonly now: number;
}

/** A handshake that may go on once its turn comes. */
export interface Turn {
  readonly waitMs: number;
}

/** Share of a limit that handshakes without a proven token leave to those with one. */
export const KEPT_FOR_PROVEN = 0.1;
const LONGEST_RETRY_S = 30;

/**
 * The gate before the handshake: a rate, a short line for proven tokens, and a spread `Retry-After` for what is over it.
 * The seed's client reads no `Retry-After` and comes back in lockstep, 1, 2, 4, 8 s later: a wait spreads it where a refusal cannot.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #bucket: TokenBucket;
  #missed = 0;
  #missedAt: number;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.perSecond, options.burst, options.now);
    this.#missedAt = options.now;
  }

  /** Undefined where the handshake may go on at once. @param proven its token was checked and is right */
  check(now: number, proven: boolean): Refusal | Turn | undefined {
    this.#forget(now);
    if (proven) {
      const waitMs = this.#bucket.reserve(now, this.#options.mostWaitMs);
      if (waitMs !== undefined) return waitMs === 0 ? undefined : { waitMs };
    } else if (this.#bucket.take(now, this.#options.burst * KEPT_FOR_PROVEN)) return undefined;
    this.#missed++;
    return this.overloaded("too many handshakes at once");
  }

  /** 503 with a `Retry-After` spread over the time the refused ones need: 1 to 30 s. */
  overloaded(message: string, spreadS = this.#missed / this.#options.perSecond): Refusal {
    const retryAfterS = Math.min(LONGEST_RETRY_S, Math.ceil(1 + this.#options.random() * Math.max(1, spreadS)));
    return { status: 503, message, retryAfterS };
  }

  /** 503 of a gateway that is leaving: spread over all of 1 to 30 s, or its whole fleet would ask again every second. */
  leaving(message: string): Refusal {
    return this.overloaded(message, LONGEST_RETRY_S);
  }

  /** The refused ones come back at the same rate as they may be let in. */
  #forget(now: number): void {
    this.#missed = Math.max(0, this.#missed - ((now - this.#missedAt) / 1_000) * this.#options.perSecond);
    this.#missedAt = now;
  }
}
