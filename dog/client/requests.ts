import type { Clock } from "#lib/clock/clock.ts";
import type { GatewayResponse } from "#lib/protocol/messages.ts";
import { RequestError, type RequestErrorCode } from "./request-error.ts";

interface Pending {
  readonly service: string;
  readonly resolve: (response: GatewayResponse) => void;
  readonly reject: (error: RequestError) => void;
  readonly cancel: () => void;
}

/** Unanswered at once; more is a flood that nobody answers. */
const MOST_PENDING = 1_000;

/** Answers on their way: each is found by its `request_id`, or given up after its time. */
export class Requests {
  readonly #clock: Clock;
  readonly #pending = new Map<string, Pending>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** `send` puts the message on the wire; false where the pipe is closed. Rejects with a RequestError. */
  ask(id: string, service: string, timeoutMs: number, send: () => boolean): Promise<GatewayResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<GatewayResponse>();
    if (this.#pending.size >= MOST_PENDING) {
      reject(new RequestError("outbox_full", `${MOST_PENDING} messages wait for their answers`));
      return promise;
    }
    const cancel = this.#clock.schedule(timeoutMs, () => {
      this.#pending.delete(id);
      reject(new RequestError("timeout", `${service} was not answered in ${timeoutMs} ms`));
    });
    this.#pending.set(id, { service, resolve, reject, cancel });
    if (!send()) this.#fail(id, "disconnected", `${service} could not be sent`);
    return promise;
  }

  /** True where somebody waited for it. */
  answer(response: GatewayResponse): boolean {
    const id = String(response.request_id);
    const pending = this.#pending.get(id);
    if (!pending) return false;
    this.#pending.delete(id);
    pending.cancel();
    if (response.result) pending.resolve(response);
    else pending.reject(refusal(pending.service, response));
    return true;
  }

  failAll(code: RequestErrorCode): void {
    for (const [id, { service }] of this.#pending) this.#fail(id, code, `${service} was not answered: ${code}`);
  }

  #fail(id: string, code: RequestErrorCode, message: string): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    pending.cancel();
    pending.reject(new RequestError(code, message));
  }
}

export function refusal(service: string, response: GatewayResponse): RequestError {
  return new RequestError("refused", `${service} was refused: ${response.code} ${response.message}`, response);
}
