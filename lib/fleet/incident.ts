import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { DogState } from "./dog.ts";
import type { GroupCounts } from "./fleet-index.ts";
import type { OutageBegun } from "./outage-note.ts";
import { isOut } from "./view.ts";

export interface FoundIncident {
  /** Stable while the incident lasts. */
  readonly id: string;
  readonly kind: "site" | "gateway" | "fleet";
  readonly name: string | null;
  readonly lost: number;
  readonly of: number;
  readonly out: number;
  readonly withinMs: number;
  readonly since: number;
  readonly reason: ReasonCode;
  /** Earliest give-up among those still out; null if none gives up. */
  readonly givesUpFrom: number | null;
}

/** What an incident needs to know of the fleet; FleetState is one. */
export interface IncidentFleet {
  readonly size: number;
  /** Earliest give-up; null for never. */
  givesUpAt(sn: string): number | null;
  stateOf(sn: string): DogState | undefined;
  site(name: string): GroupCounts;
  gateway(name: string): GroupCounts;
}

/** Many drops, one cause: at least so many dogs, such a share of the group, within this time, half of them still out. */
const RULE = { dogs: 10, share: 0.2, withinMs: 30_000, stillOut: 0.5, sameReason: 0.5 } as const;
/** A site or gateway explains the incident when it holds this share of all that dropped then; else the wider group does. */
const EXPLAINS = 0.8;
/** Seed dogs say no site: a site explains where it holds `EXPLAINS` of those that say one and this share of all. */
const EXPLAINS_AT_LEAST = 0.5;

interface Candidate extends Omit<FoundIncident, "givesUpFrom"> {
  readonly outSns: readonly string[];
  /** Of `lost`, those that say their site. */
  readonly sited: number;
}

interface Group {
  readonly kind: FoundIncident["kind"];
  readonly name: string | null;
  readonly of: number;
  readonly drops: readonly OutageBegun[];
}

/**
 * The incident now going on, if there is one. `drops` are outages as they began, in any order; an hour of them is plenty.
 * Linear in them (some 20 ms for 10,000): ask when something changed, not per browser.
 */
export function findIncident(drops: readonly OutageBegun[], fleet: IncidentFleet, now: number): FoundIncident | null {
  if (drops.length < RULE.dogs) return null;
  const ascending = [...drops].sort((a, b) => a.startedAt - b.startedAt);
  const found = groupsOf(ascending, fleet).flatMap((group) => incidentOf(group, fleet, now) ?? []);
  const chosen = chooseFrom(found);
  return chosen && tell(chosen, fleet);
}

/** The narrowest group that explains what was lost. */
function chooseFrom(found: readonly Candidate[]): Candidate | null {
  const wide = Math.max(0, ...found.map((incident) => incident.lost));
  const sited = Math.max(0, ...found.map((incident) => incident.sited));
  const site = largest(found.filter(({ kind }) => kind === "site"));
  if (site !== null && site.lost >= Math.max(EXPLAINS * sited, EXPLAINS_AT_LEAST * wide)) return site;
  const gateway = largest(found.filter(({ kind }) => kind === "gateway"));
  return gateway !== null && gateway.lost >= EXPLAINS * wide ? gateway : largest(found);
}

function groupsOf(drops: readonly OutageBegun[], fleet: IncidentFleet): readonly Group[] {
  const groups: Group[] = [{ kind: "fleet", name: null, of: fleet.size, drops }];
  for (const kind of ["site", "gateway"] as const) {
    for (const [name, own] of Map.groupBy(drops, (drop) => drop[kind])) {
      if (name !== null) groups.push({ kind, name, of: fleet[kind](name).known, drops: own });
    }
  }
  return groups.filter((group) => group.drops.length >= RULE.dogs);
}

/** Only the incident that is told needs the earliest give-up. */
function tell({ outSns, sited: _, ...incident }: Candidate, fleet: IncidentFleet): FoundIncident {
  return { ...incident, givesUpFrom: earliestGiveUp(outSns, fleet) };
}

function incidentOf(group: Group, fleet: IncidentFleet, now: number): Candidate | null {
  const least = Math.max(RULE.dogs, RULE.share * group.of);
  for (const drops of bursts(group.drops, least)) {
    const sns = new Set(drops.map((drop) => drop.sn));
    const out = [...sns].filter((sn) => isOut(fleet.stateOf(sn) ?? "retired"));
    const [reason, share] = dominant(drops);
    if (sns.size < least || out.length < RULE.stillOut * sns.size || share < RULE.sameReason) continue;
    const since = drops[0]?.startedAt ?? now;
    return {
      id: `${group.kind}:${group.name ?? ""}:${since}`,
      kind: group.kind,
      name: group.name,
      lost: sns.size,
      of: group.of,
      out: out.length,
      withinMs: (drops.at(-1)?.startedAt ?? since) - since,
      since,
      reason,
      outSns: out,
      sited: new Set(drops.filter(({ site }) => site !== null).map(({ sn }) => sn)).size,
    };
  }
  return null;
}

/** Disjoint windows of 30 s with at least `least` drops, newest first; each starts where it holds the most. */
function bursts(drops: readonly OutageBegun[], least: number): readonly (readonly OutageBegun[])[] {
  const ends = windowEnds(drops);
  const held = (from: number) => (ends[from] ?? from) - from;
  const found: (readonly OutageBegun[])[] = [];
  let from = 0;
  while (from < drops.length) {
    if (held(from) < least) {
      from++;
      continue;
    }
    let best = from;
    for (let start = from + 1; start < from + held(from); start++) if (held(start) > held(best)) best = start;
    found.unshift(drops.slice(best, best + held(best)));
    from = best + held(best);
  }
  return found;
}

/** For each drop, the index after the last one within 30 s of it. One pass: both ends only move on. */
function windowEnds(drops: readonly OutageBegun[]): readonly number[] {
  let end = 0;
  return drops.map((drop) => {
    while (end < drops.length && (drops[end]?.startedAt ?? 0) <= drop.startedAt + RULE.withinMs) end++;
    return end;
  });
}

function dominant(drops: readonly OutageBegun[]): readonly [ReasonCode, number] {
  const counts = new Map<ReasonCode, number>();
  for (const { reason } of drops) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [reason, count] = [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["unknown", 0] as [
    ReasonCode,
    number,
  ]);
  return [reason, count / drops.length];
}

function earliestGiveUp(sns: readonly string[], fleet: IncidentFleet): number | null {
  let earliest: number | null = null;
  for (const sn of sns) {
    const at = fleet.givesUpAt(sn);
    if (at !== null && (earliest === null || at < earliest)) earliest = at;
  }
  return earliest;
}

function largest(incidents: readonly Candidate[]): Candidate | null {
  return incidents.reduce<Candidate | null>(
    (best, next) => (best === null || next.lost > best.lost ? next : best),
    null,
  );
}
