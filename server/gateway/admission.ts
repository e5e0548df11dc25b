import type { Refusal } from "./socket.ts";
import { TokenBucket } from "./token-bucket.ts";

export interface AdmissionOptions {
  readonly perSecond: number;
  readonly burst: number;
  readonly random: () => number;
  /** Monotonic ms. */
  readonly now: number;
}

/** Share of a limit that handshakes without a proven token leave to those with one. */
export const KEPT_FOR_PROVEN = 0.1;
const LONGEST_RETRY_S = 30;

/** The gate before the handshake: a rate, and a spread `Retry-After` for what is over it. */
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

  /** Undefined where the handshake may go on. @param proven its token was checked and is right */
  check(now: number, proven: boolean): Refusal | undefined {
    const kept = proven ? 0 : this.#options.burst * KEPT_FOR_PROVEN;
    this.#forget(now);
    if (this.#bucket.take(now, kept)) return undefined;
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
