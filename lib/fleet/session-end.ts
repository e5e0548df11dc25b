import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import type { Initiator, ReasonCode } from "#lib/reconnection/reason-code.ts";

/** How a session ended, as witnessed. Instants in ms. */
export interface SessionEnd {
  readonly at: number;
  readonly lastHeardAt: number;
  readonly reason: ReasonCode;
  readonly raw: string | null;
  readonly closeCode: number | null;
  readonly initiator: Initiator;
  readonly sessionMs: number;
}

/** What an ended session amounts to: one row of the outage table of DESIGN section 4. */
export interface EndRule {
  /** `grace`: an outage only if the dog is not back within 60 s. */
  readonly kind: "offline" | "outage" | "grace";
  readonly flap: boolean;
  readonly downtimeFrom: number;
  readonly reason: ReasonCode;
}

const GOODBYES = [1000, 1001, 1005];

/** The outage table. `silent` is whether the session had not been heard for 45 s. */
export function endRule(end: SessionEnd, silent: boolean, stableAfterMs: number): EndRule {
  const short = end.sessionMs < stableAfterMs;
  const lastHeardAt = Math.min(end.lastHeardAt, end.at);
  const { reason } = end;
  const saidGoodbye = end.initiator === "dog" && end.closeCode !== null && GOODBYES.includes(end.closeCode);
  if (saidGoodbye || reason === "normal_closure") return { kind: "offline", flap: false, downtimeFrom: end.at, reason };
  if (reason === "forced_reconnect") return { kind: "grace", flap: false, downtimeFrom: end.at, reason };
  if (reason === "session_replaced") {
    return silent
      ? { kind: "outage", flap: short, downtimeFrom: lastHeardAt, reason: "network_timeout" }
      : { kind: "grace", flap: false, downtimeFrom: end.at, reason };
  }
  switch (REASONS[reason].category) {
    case "network":
    case "unknown":
      return { kind: "outage", flap: short, downtimeFrom: lastHeardAt, reason };
    case "auth":
    case "server":
    case "operator":
    case "normal":
      return { kind: "outage", flap: false, downtimeFrom: end.at, reason };
  }
}
