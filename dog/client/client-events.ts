import type { NextStep } from "#lib/link/link-state.ts";
import type { GatewayPush } from "#lib/protocol/messages.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { RetryPolicy } from "#lib/reconnection/schedule.ts";
import type { Dropped } from "./outbox.ts";

/** What a DogClient tells, by name. Times in ms. */
export interface ClientEvents {
  readonly connecting: { readonly server: string };
  /** A login was accepted. `outage` is what was reported with it. */
  readonly connected: {
    readonly server: string;
    readonly session: string | null;
    readonly outage: { readonly id: string; readonly durationMs: number; readonly dials: number } | null;
  };
  /** The session has lasted: the backoff starts anew. */
  readonly stable: { readonly server: string };
  readonly disconnected: { readonly reason: ReasonCode; readonly error: string | null };
  /** `lastAttempt`: after it comes the slow probe. */
  readonly retrying: {
    readonly delayMs: number;
    readonly attempt: number;
    readonly lastAttempt: number;
    readonly next: NextStep;
  };
  readonly probing: { readonly delayMs: number };
  /** A login was refused: the answer's code (docs/PROTOCOL.md P5). */
  readonly refused: { readonly code: number; readonly message: string; readonly retryAfterMs: number | null };
  /** Every push, those this client acts upon too. */
  readonly push: GatewayPush;
  /** The operator's numbers are this dog's from now on. */
  readonly policy: RetryPolicy;
  /** A kept message that will not be sent again. */
  readonly dropped: Dropped;
  readonly error: ClientFault;
  readonly stopped: Readonly<Record<never, never>>;
}

/** What went wrong without ending anything that is not ended already. */
export interface ClientFault {
  /** `dial` failed, no new `token`, a `message` nobody can read, a `listener` that threw. */
  readonly of: "dial" | "token" | "message" | "listener";
  readonly message: string;
  readonly cause?: unknown;
}

export type ClientEventName = keyof ClientEvents;
type Listener = (event: never) => void;

/** Tells listeners, and lets none of them disturb another or the client. */
export class ClientListeners {
  readonly #listeners = new Map<ClientEventName, Set<Listener>>();

  /** Returns the unsubscribe. */
  on<N extends ClientEventName>(name: N, listener: (event: ClientEvents[N]) => void): () => void {
    const mine: Listener = (event: ClientEvents[N]) => listener(event);
    const all = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, all.add(mine));
    return () => void all.delete(mine);
  }

  tell<N extends ClientEventName>(name: N, event: ClientEvents[N]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        // A listener that returns a promise does not crash a robot with it either.
        const returned: unknown = (listener as (event: ClientEvents[N]) => unknown)(event);
        if (returned instanceof Promise) returned.catch((cause: unknown) => this.#complain(name, cause));
      } catch (cause) {
        this.#complain(name, cause);
      }
    }
  }

  #complain(name: ClientEventName, cause: unknown): void {
    if (name !== "error") this.tell("error", { of: "listener", message: `a listener of "${name}" threw`, cause });
  }
}
