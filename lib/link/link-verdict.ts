import { closePolicy } from "#lib/protocol/close-codes.ts";
import { analyzeDisconnectionReason, codeOfClose, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { STRATEGY } from "#lib/reconnection/strategy.ts";
import type { LinkEnd, LinkEvent, LinkState, LinkStrategy } from "./link-state.ts";

/** What an end means for a dog: why, what to do, and how long somebody asked it to stay away. */
export interface LinkVerdict {
  readonly reason: ReasonCode;
  readonly strategy: LinkStrategy;
  readonly retryAfterMs: number;
  readonly error: string | null;
}

const STRATEGY_OF_POLICY = {
  reconnect_now: "immediate",
  backoff: "exponential_backoff",
  wait_for_service: "wait_for_service",
  reauthenticate: "reauthenticate",
  slow_probe: "slow_probe",
} as const satisfies Record<ReturnType<typeof closePolicy>, LinkStrategy>;

/**
 * The verdict on a refused dial or an ended session. Nothing a server sends ends a dog's trying: a `normal` close that the
 * dog did not ask for is a slow probe (1000, 45xx) or backoff (1001: load balancers send it).
 */
export function verdictOfEnd(end: LinkEnd): LinkVerdict {
  const { closeCode, closeReason, status, error } = end;
  const retryAfterMs = end.retryAfterMs ?? advisedMs(closeReason) ?? 0;
  if (closeCode !== null && closeCode !== 1005 && closeCode !== 1006) {
    const said = closeReason === "" ? `closed ${closeCode}` : `closed ${closeCode} (${closeReason})`;
    return {
      reason: codeOfClose(closeCode),
      strategy: STRATEGY_OF_POLICY[closePolicy(closeCode)],
      retryAfterMs,
      error: said,
    };
  }
  if (status !== null) return { ...verdictOfStatus(status), retryAfterMs, error: `HTTP ${status}` };
  const { code, strategy, raw } = analyzeDisconnectionReason(error ?? { closeCode: 1006 });
  return { reason: code, strategy: strategy === "none" ? "exponential_backoff" : strategy, retryAfterMs, error: raw };
}

/** The verdict on a refused login: its answer's code (docs/PROTOCOL.md P5). */
export function verdictOfRefusal(code: number, retryAfterMs: number | null): LinkVerdict {
  const said = { retryAfterMs: retryAfterMs ?? 0, error: `login refused: ${code}` };
  if (code === 401 || code === 403) return { reason: "auth_failed", strategy: "reauthenticate", ...said };
  if (code >= 500) return { reason: "server_error", strategy: "wait_for_service", ...said };
  if (code === 429) return { reason: "server_error", strategy: "exponential_backoff", ...said };
  return { reason: "unknown", strategy: "slow_probe", ...said };
}

/**
 * Whether another server may do better. A session that merely dropped is sought where it was, and so is a refused token's
 * dial: it is refused everywhere, unless one server alone has lost its list, so after the last try the others are asked too. A
 * server that cannot be reached, cannot serve, or will not have this dog, is left for the next.
 */
export function isServersFault(state: LinkState, event: LinkEvent): boolean {
  const { status } = state;
  const dialing = status === "dialing" || status === "signing_in";
  const blames = ({ strategy }: LinkVerdict) => strategy !== "reauthenticate" || isOutOfTries(state);
  switch (event.type) {
    case "ended": {
      const verdict = verdictOfEnd(event.end);
      return dialing ? blames(verdict) : status === "up" && verdict.strategy === "wait_for_service";
    }
    case "refused":
      return dialing && blames(verdictOfRefusal(event.code, null));
    case "due":
      return dialing || status === "polling";
    case "polled":
      return status === "polling" && !event.healthy;
    case "start":
    case "stop":
    case "reset":
    case "network_changed":
    case "move":
    case "dial_now":
    case "opened":
    case "accepted":
    case "stored":
    case "refreshed":
      return false;
  }
}

/**
 * A session that server or network ended before it was stable: not the operator (4000), the token, a newer session or a
 * revocation, which are the same everywhere.
 */
export function isEarlyEnd({ status, isStable }: LinkState, event: LinkEvent): boolean {
  if (status !== "up" || isStable || event.type !== "ended") return false;
  return verdictOfEnd(event.end).strategy === "exponential_backoff";
}

const isOutOfTries = ({ strategy, reauthTries }: LinkState): boolean =>
  strategy === "slow_probe" || reauthTries >= STRATEGY.reauthenticate.tries;

function verdictOfStatus(status: number): { reason: ReasonCode; strategy: LinkStrategy } {
  if (status === 401 || status === 403) return { reason: "auth_failed", strategy: REASONS.auth_failed.strategy };
  if (status >= 500) return { reason: "server_error", strategy: REASONS.server_error.strategy };
  return { reason: "unknown", strategy: "exponential_backoff" };
}

/** `retry_after_ms=2000`, or JSON with `min` (ms), in a close reason: the server's advice (docs/DOG.md D14). */
function advisedMs(closeReason: string): number | null {
  const advised = Number(/(?:\bretry_after_ms=|"min":\s*)(\d{1,9})\b/.exec(closeReason)?.[1]);
  return Number.isFinite(advised) ? advised : null;
}
