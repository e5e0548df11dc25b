import type { GatewayConfig } from "./gateway-options.ts";
import { TokenBucket } from "./token-bucket.ts";

/** A longer frame counts as several. */
const FRAME_BYTES = 16 * 1024;
/** Frames that may still be on their way when we close. */
const MOST_AFTER_THE_END = 64;
const STRIKES = 3;
const STRIKE_MEMORY_MS = 60_000;
const COMPLAINT_EVERY_MS = 1_000;

/** What one peer may send: frames a tick, messages a second, undecodable ones in a row. Times are monotonic ms. */
export class FrameLimits {
  readonly #bucket: TokenBucket;
  readonly #mostPerTick: number;
  /** Frames since the last tick. */
  #frames = 0;
  #strikes = 0;
  #strikeAt = 0;
  #complainedAt = Number.NEGATIVE_INFINITY;

  constructor({ messagesPerSecond, messageBurst, maxFramesPerTick }: GatewayConfig, now: number) {
    this.#bucket = new TokenBucket(messagesPerSecond, messageBurst, now);
    this.#mostPerTick = maxFramesPerTick;
  }

  /** Counts a frame of any kind; true where it is one too many. @param isFirst of its tick */
  isFlood(bytes: number, isFirst: boolean, isClosing: boolean): boolean {
    if (isFirst) this.#frames = 0;
    this.#frames += 1 + Math.floor(bytes / FRAME_BYTES);
    return this.#frames > (isClosing ? MOST_AFTER_THE_END : this.#mostPerTick);
  }

  /** We close: what is on its way is counted by itself. */
  closing(): void {
    this.#frames = 0;
  }

  /** False where a message is over the rate. */
  take(now: number): boolean {
    return this.#bucket.take(now);
  }

  /** Ms to wait, once a second; undefined where the dog was told within this second. Ask after a message over the rate. */
  complaint(now: number): number | undefined {
    if (now - this.#complainedAt < COMPLAINT_EVERY_MS) return undefined;
    this.#complainedAt = now;
    return Math.ceil(this.#bucket.waitMs(now));
  }

  /** Counts a message that could not be read; true where it is the last that is borne. */
  strike(now: number): boolean {
    if (now - this.#strikeAt > STRIKE_MEMORY_MS) this.#strikes = 0;
    this.#strikeAt = now;
    return ++this.#strikes >= STRIKES;
  }
}
