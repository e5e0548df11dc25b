import type {
  DogFilter,
  ForceBatchResult,
  ForceList,
  ForceResult,
  ForceStopResult,
} from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";

/** Who asks and what they wrote beside it. */
export interface ForceOrigin {
  readonly actor: string;
  readonly note: string | null;
}

/** Force-reconnect tickets and batches. Every promise resolves after the commit of what it caused. */
export interface Force {
  /** One ticket per known dog; a dog that has an open one gets that one, marked `existing`. */
  request(sns: readonly string[], origin: ForceOrigin): Promise<Pick<ForceResult, "tickets" | "errors">>;
  /** Tickets for all that match, paced. Throws `conflict` when their number is more than 5 % off `expected`. */
  requestMatching(filter: DogFilter, expected: number, origin: ForceOrigin): Promise<ForceBatchResult>;
  /** Cancels what is still queued. Throws `not_found` for an unknown batch. */
  stop(batch: string, actor: string): Promise<ForceStopResult>;
  list(query: { readonly batch?: string | undefined; readonly client_id?: string | undefined }): ForceList;
  ticket(id: string): ForceTicket | undefined;
  /** The dog's own token was shown at a handshake, let in or not: an armed ticket is `dialed`. */
  dialed(sn: string): void;
  /** After a restart: goes on with what the journal says is open. Call once, after `gateway.started` is appended. */
  resume(): void;
  /** Ends timers and the subscription. Idempotent. */
  close(): void;
}
