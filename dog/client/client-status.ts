import { formatGoDuration } from "#lib/clock/duration.ts";
import type { LinkState, LinkStatus } from "#lib/link/link-state.ts";

/** The seed's six fields, and ours. */
export interface DogStatus {
  /** Logged in. */
  readonly connected: boolean;
  /** Running and not logged in, whether it dials or waits. */
  readonly reconnecting: boolean;
  readonly reconnect_attempts: number;
  readonly max_retries: number;
  /** Until the next dial, poll or token, as Go prints it; `0s` where none is waited for. */
  readonly next_retry_delay: string;
  readonly has_connection: boolean;
  /** The one in use, or to be dialed next. */
  readonly server: string;
  readonly network: string | null;
  readonly state: LinkStatus;
  readonly outage: { readonly id: string; readonly dials: number; readonly duration_ms: number } | null;
  readonly outbox: { readonly messages: number; readonly bytes: number; readonly dropped: number };
  /** Frames of a gateway that could not be read. */
  readonly undecodable: number;
}

/** What a link's state says of it. `now` is monotonic. */
export function statusOfLink(state: LinkState, now: number) {
  const { status, attempt, dueAt, outage } = state;
  return {
    connected: status === "up",
    reconnecting: status !== "up" && status !== "resting",
    reconnect_attempts: attempt,
    next_retry_delay: formatGoDuration(status === "waiting" && dueAt !== null ? dueAt - now : 0),
    state: status,
    outage: outage && { id: outage.id, dials: outage.dials, duration_ms: Math.round(now - outage.beganAt) },
  };
}
