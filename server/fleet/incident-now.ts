import type { Incident } from "#lib/contracts/fleet.ts";
import { type FoundIncident, findIncident } from "#lib/fleet/incident.ts";
import { iso, isoOrNull } from "./dog-row.ts";
import type { FoldedFleet } from "./fleet-fold.ts";
import type { Roster } from "./roster.ts";

/** Earliest give-up of the dogs still out that dropped in the incident; null if none gives up. */
function givesUpFrom({ columns, words, size }: Roster, { kind, name, since, withinMs }: FoundIncident): number | null {
  const { givesUpAt } = columns;
  const group = kind === "fleet" || name === null ? null : { ids: columns[kind], id: words.idOf(name) };
  let earliest = Number.POSITIVE_INFINITY;
  for (let slot = 0; slot < size; slot++) {
    const at = givesUpAt[slot] ?? Number.NaN;
    if (!(at < earliest)) continue;
    const began = columns.since[slot] ?? 0;
    if (began < since || began > since + withinMs) continue;
    if (group === null || group.ids[slot] === group.id) earliest = at;
  }
  return earliest === Number.POSITIVE_INFINITY ? null : earliest;
}

/** Many drops with one cause, still out at `now`; null when there is none. */
export function incidentNow({ state, roster }: FoldedFleet, now: number): Incident | null {
  const found = findIncident(state, now);
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
      gives_up_from: isoOrNull(givesUpFrom(roster, found)),
    }
  );
}
