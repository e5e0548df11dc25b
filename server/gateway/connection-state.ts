import type { DogConnected } from "#lib/fleet/event.ts";
import type { LoginArgs } from "#lib/protocol/messages.ts";
import type { RequestId } from "./answer.ts";
import type { Ending } from "./ending.ts";

/** A login whose answer is due, for the sake of its `request_id`. */
export interface LoginRequest {
  readonly service: string;
  readonly requestId: RequestId;
}

/** A logged-in dog. `since` is monotonic ms, `stableAt` attended ms. */
export interface DogSession {
  readonly connected: DogConnected;
  readonly leash: boolean;
  readonly digest: string;
  readonly since: number;
  stableAt: number | null;
  silent: boolean;
}

/** What a dog's socket is to us. `until` is attended ms. */
export type ConnectionState =
  | { readonly status: "waiting"; readonly until: number }
  /** A good login that came too soon after too many others: it is let in at `until`. */
  | {
      readonly status: "held";
      readonly until: number;
      readonly login: LoginArgs;
      readonly digest: string;
      readonly requests: LoginRequest[];
    }
  | { readonly status: "session"; readonly session: DogSession }
  /** An older socket of a seed dog whose newer one is the session. Kept, so that the two do not fight. */
  | { readonly status: "duplicate"; readonly session: DogSession }
  /** Answered already; closed once the penalty is over. */
  | { readonly status: "refused"; readonly until: number; readonly sn: string; readonly ending: Ending }
  /** Decided; the pipe is on its way out. */
  | { readonly status: "closing" };

type Silences = Readonly<Record<"silentAfterMs" | "readTimeoutMs", number>>;

/** What a stretch without a frame calls for: a session is told silent before it is dead, anything else goes at once. */
export function silenceVerdict(
  state: ConnectionState,
  silenceMs: number,
  { silentAfterMs, readTimeoutMs }: Silences,
): "none" | "silent" | "dead" {
  if (silenceMs < silentAfterMs) return "none";
  if (silenceMs >= readTimeoutMs || state.status !== "session") return "dead";
  return state.session.silent ? "none" : "silent";
}

/** When this state has to be looked at next, attended ms. @param heardTime of the last frame */
export function stateDue(
  state: ConnectionState,
  heardTime: number,
  { silentAfterMs, readTimeoutMs }: Silences,
): number {
  switch (state.status) {
    case "waiting":
    case "held":
    case "refused":
      return Math.min(state.until, heardTime + silentAfterMs);
    case "session": {
      const { silent, stableAt } = state.session;
      return Math.min(stableAt ?? Number.POSITIVE_INFINITY, heardTime + (silent ? readTimeoutMs : silentAfterMs));
    }
    case "duplicate":
    case "closing":
      return heardTime + silentAfterMs;
  }
}
