import type { Incident } from "#lib/contracts/fleet.ts";
import type { FleetTail } from "./fleet-tail.ts";

/** Many drops with one cause, still out at `now`; null when there is none. */
export function incidentNow(_tail: FleetTail, _now: number): Incident | null {
  return null;
}
