import type { Clock } from "#lib/clock/clock.ts";
import type { GatewayResponse } from "#lib/protocol/messages.ts";
import { readRetryAfter } from "./gateway-message.ts";
import { RequestError, type RequestErrorCode } from "./request-error.ts";
import { refusal } from "./requests.ts";

export interface OutboxLimit {
  readonly messages: number;
  readonly bytes: number;
}

export const OUTBOX_LIMIT: OutboxLimit = { messages: 1_000, bytes: 1_048_576 };

/** A kept message that will not be sent again. */
export interface Dropped {
  readonly service: string;
  /** Its `request_id`. */
  readonly id: string;
  /** `outbox_full`: older than what fits. `timeout`: sent often and never answered. `refused`: answered no. `stopped`. */
  readonly why: RequestErrorCode;
}

interface Kept {
  readonly id: string;
  readonly service: string;
  readonly text: string;
  readonly bytes: number;
  readonly timeoutMs: number;
  readonly resolve: (response: GatewayResponse) => void;
  readonly reject: (error: RequestError) => void;
  /** When it first went out in this session; null where the gateway asked to be asked later. */
  askedAt: number | null;
  /** Sessions that ended while it was on its way. */
  endings: number;
}

/** A message that ends every session it is sent in must not keep a dog from all others. */
const MOST_ENDINGS = 10;
/** Nor one that a gateway, alive otherwise, does not answer. Longer than the watchdog: a dead line is no answer. */
const UNANSWERED_MS = 120_000;
/** A gateway drops more than 20 messages a second unread (docs/PROTOCOL.md P11); heartbeats and others want their share. */
const PACE_MS = 75;
const AGAIN_MS = 1_000;
const LONGEST_AGAIN_MS = 60_000;
/** Answers that mean "not now": the message is no less wanted. */
const NOT_NOW: ReadonlySet<number> = new Set([401, 429, 503]);

/**
 * Messages that must not be lost while the dog is offline: sent in order, one on its way at a time, each until it is
 * answered. A lost answer means it is sent again under the same id. Bounded; the oldest that is not on its way goes first.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #limit: OutboxLimit;
  readonly #onDropped: (dropped: Dropped) => void;
  readonly #queue: Kept[] = [];
  #bytes = 0;
  #dropped = 0;
  #send: ((text: string) => boolean) | null = null;
  #underWay = false;
  #notBefore = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(clock: Clock, limit: OutboxLimit, onDropped: (dropped: Dropped) => void) {
    this.#clock = clock;
    this.#limit = limit;
    this.#onDropped = onDropped;
  }

  get status(): { messages: number; bytes: number; dropped: number } {
    return { messages: this.#queue.length, bytes: this.#bytes, dropped: this.#dropped };
  }

  /** Rejects with a RequestError once the message is dropped. */
  keep(id: string, service: string, text: string, timeoutMs: number): Promise<GatewayResponse> {
    const bytes = Buffer.byteLength(text);
    const { promise, resolve, reject } = Promise.withResolvers<GatewayResponse>();
    const kept: Kept = { id, service, text, bytes, timeoutMs, resolve, reject, askedAt: null, endings: 0 };
    this.#queue.push(kept);
    this.#bytes += bytes;
    while (this.#queue.length > this.#limit.messages || this.#bytes > this.#limit.bytes) {
      const oldest = this.#queue[this.#underWay && this.#queue.length > 1 ? 1 : 0];
      if (!oldest) break;
      this.#drop(oldest, new RequestError("outbox_full", `${oldest.service} is older than what the outbox holds`));
    }
    this.#pump();
    return promise;
  }

  /** A login was acknowledged: what waits goes out by `send`. */
  open(send: (text: string) => boolean): void {
    this.close();
    this.#send = send;
    this.#notBefore = 0;
    this.#pump();
  }

  /** The session is over. What was on its way is the first to be sent in the next. */
  close(): void {
    const kept = this.#underWay ? this.#queue[0] : undefined;
    this.#send = null;
    this.#rest();
    if (!kept) return;
    kept.askedAt = null;
    kept.endings++;
    if (kept.endings >= MOST_ENDINGS) this.#drop(kept, unanswered(kept));
  }

  /** True where the answer was for the message on its way, or about to go its way again. */
  answer(response: GatewayResponse): boolean {
    const kept = this.#queue[0];
    if (!kept || response.request_id !== kept.id) return false;
    if (NOT_NOW.has(response.code)) {
      kept.askedAt = null;
      this.#again(kept, readRetryAfter(response.args));
      return true;
    }
    if (response.result) {
      this.#remove(kept);
      kept.resolve(response);
    } else this.#drop(kept, refusal(kept.service, response));
    this.#pump();
    return true;
  }

  /** The gateway read none of what it was sent just now, whichever message that was. */
  overRate(retryAfterMs: number | null): void {
    const kept = this.#queue[0];
    if (kept && this.#underWay) this.#again(kept, retryAfterMs);
  }

  /** Nothing waits any longer. */
  clear(code: RequestErrorCode): void {
    this.#send = null;
    this.#rest();
    for (const kept of [...this.#queue])
      this.#drop(kept, new RequestError(code, `${kept.service} was not sent: ${code}`));
  }

  #pump(): void {
    const kept = this.#queue[0];
    if (!kept || !this.#send || this.#underWay || this.#cancelTimer) return;
    const now = this.#clock.monotonic();
    const waitMs = this.#notBefore - now;
    if (waitMs > 0) {
      this.#after(waitMs, () => this.#pump());
      return;
    }
    kept.askedAt ??= now;
    if (now - kept.askedAt >= UNANSWERED_MS) {
      this.#drop(kept, unanswered(kept));
      this.#pump();
      return;
    }
    // Before the pipe is touched: whoever is called back from there finds the message on its way.
    this.#underWay = true;
    this.#notBefore = now + PACE_MS;
    this.#after(kept.timeoutMs, () => this.#again(kept, 0));
    if (!this.#send(kept.text)) this.#rest();
  }

  #again(kept: Kept, retryAfterMs: number | null): void {
    if (this.#queue[0] !== kept) return;
    this.#rest();
    const waitMs = Math.min(LONGEST_AGAIN_MS, retryAfterMs ?? AGAIN_MS);
    this.#notBefore = Math.max(this.#notBefore, this.#clock.monotonic() + waitMs);
    this.#pump();
  }

  #drop(kept: Kept, error: RequestError): void {
    this.#remove(kept);
    this.#dropped++;
    kept.reject(error);
    this.#onDropped({ service: kept.service, id: kept.id, why: error.code });
  }

  #remove(kept: Kept): void {
    const index = this.#queue.indexOf(kept);
    if (index < 0) return;
    if (index === 0) this.#rest();
    this.#queue.splice(index, 1);
    this.#bytes -= kept.bytes;
  }

  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#underWay = false;
  }

  #after(delayMs: number, task: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#clock.schedule(delayMs, () => {
      this.#cancelTimer = null;
      task();
    });
  }
}

const unanswered = ({ service }: Kept) =>
  new RequestError("timeout", `${service} was sent again and again, and never answered`);
