import type { Incident } from "#lib/contracts/fleet.ts";
import { findIncident } from "#lib/fleet/incident.ts";
import { iso } from "./dog-row.ts";
import type { FleetTail } from "./fleet-tail.ts";
import { HOUR_MS } from "./hour-history.ts";

/** Many drops with one cause, still out at `now`; null when there is none. */
export function incidentNow({ state, history }: FleetTail, now: number): Incident | null {
  const found = findIncident(history.drops(now - HOUR_MS), state, now);
  return (
    found && {
      id: found.id,
      kind: found.kind,
      name: found.name,
      lost: found.lost,
      of: found.of,
      out: found.out,
      within_ms: found.withinMs,
      since: iso(found.since),
      reason_code: found.reason,
      gives_up_from: found.givesUpFrom === null ? null : iso(found.givesUpFrom),
    }
  );
}
