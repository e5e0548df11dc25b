import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";

/** How much of what could be connected may be out before "holding" would be a lie. */
const MANY_OUT = 0.2;

/** What Overview's first sentence says of the fleet. */
export type FleetVerdict =
  | { readonly type: "empty" }
  | { readonly type: "basic"; readonly out: number }
  | { readonly type: "incident"; readonly incident: Incident }
  | { readonly type: "journal"; readonly status: "degraded" | "unavailable"; readonly dropped: number }
  | { readonly type: "all_connected" }
  | { readonly type: "holding" }
  | { readonly type: "many_out" };

export const dogsOut = (summary: FleetSummary): number =>
  summary.reconnecting + summary.refused + summary.probing + summary.gave_up;

/** Cards and sentences group states: connected counts settling. */
export const dogsConnected = (summary: FleetSummary): number => summary.connected + summary.settling;

/** The one sentence, the most pressing first. */
export function fleetVerdict(summary: FleetSummary, isBasic: boolean): FleetVerdict {
  const out = dogsOut(summary);
  if (isBasic) return { type: "basic", out };
  if (summary.incident !== null) return { type: "incident", incident: summary.incident };
  const { status = "ok", dropped = 0 } = summary.journal ?? {};
  if (status !== "ok") return { type: "journal", status, dropped };
  if (summary.known === 0) return { type: "empty" };
  if (out > MANY_OUT * (summary.known - summary.offline)) return { type: "many_out" };
  return { type: dogsConnected(summary) === summary.known ? "all_connected" : "holding" };
}
