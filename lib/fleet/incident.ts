import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { DropCell, DropGroup, Drops } from "./drops.ts";
import type { GroupCounts } from "./fleet-index.ts";

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
}

/** What an incident needs to know of the fleet; FleetState is one. */
export interface IncidentFleet {
  readonly size: number;
  readonly drops: Drops;
  site(name: string): GroupCounts;
  gateway(name: string): GroupCounts;
}

/** Many drops, one cause: at least so many dogs, such a share of the group, within this time, half of them still out. */
const RULE = { dogs: 10, share: 0.2, withinS: 30, stillOut: 0.5, sameReason: 0.5 } as const;
const HOUR_S = 3_600;
/** A site or gateway explains the incident when it holds this share of all that dropped then; else the wider group does. */
const EXPLAINS = 0.8;
/** Seed dogs say no site: a site explains where it holds `EXPLAINS` of those that say one and this share of all. */
const EXPLAINS_AT_LEAST = 0.5;

interface Candidate extends FoundIncident {
  /** Of `lost`, those that say their site. */
  readonly sited: number;
}

/**
 * The incident now going on, if there is one, from the drops of the last hour. Costs the seconds in which groups dropped
 * that have enough dogs out to be one: nothing in a calm fleet, a millisecond in a storm, however many dogs.
 */
export function findIncident(fleet: IncidentFleet, now: number): FoundIncident | null {
  const found: Candidate[] = [];
  for (const group of fleet.drops.groups()) {
    const of = knownOf(group, fleet);
    const least = leastOf(of);
    if (group.lost < least || group.out < RULE.stillOut * least) continue;
    const incident = incidentOf(group, of, least, now);
    if (incident !== null) found.push(incident);
  }
  const chosen = chooseFrom(found);
  if (chosen === null) return null;
  const { sited: _, ...incident } = chosen;
  return incident;
}

export interface SiteDrop {
  readonly at: number;
  readonly site: string;
  readonly dogs: number;
}

/** Moments since `from` at which a site lost at least 10 dogs and a fifth of its own within 30 s, whether they are back or not. */
export function siteDrops(fleet: Pick<IncidentFleet, "drops" | "site">, from: number): readonly SiteDrop[] {
  const found: SiteDrop[] = [];
  for (const group of fleet.drops.groups()) {
    const { kind, name: site, lost } = group;
    const least = kind === "site" && site !== null ? leastOf(fleet.site(site).known) : Number.POSITIVE_INFINITY;
    if (site === null || lost < least) continue;
    const cells = cellsSince(group, Math.ceil(from / 1_000));
    const windows = windowsOf(cells);
    for (let i = 0; i < cells.length; ) {
      const { end, lost: dogs } = windows[i] ?? NO_WINDOW;
      if (dogs >= least) found.push({ at: cells[i]?.first ?? from, site, dogs });
      i = dogs >= least ? end : i + 1;
    }
  }
  return found;
}

function leastOf(known: number): number {
  return Math.max(RULE.dogs, RULE.share * known);
}

function knownOf({ kind, name }: DropGroup, fleet: IncidentFleet): number {
  return kind === "fleet" || name === null ? fleet.size : fleet[kind](name).known;
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

function incidentOf({ kind, name, cells }: DropGroup, of: number, least: number, now: number): Candidate | null {
  for (const burst of bursts(cellsSince({ cells }, Math.floor(now / 1_000) - HOUR_S), least)) {
    const lost = sum(burst, (cell) => cell.lost);
    const out = sum(burst, (cell) => cell.out);
    const [reason, count] = dominant(burst);
    if (out < RULE.stillOut * lost || count < RULE.sameReason * lost) continue;
    const since = Math.min(...burst.map((cell) => cell.first));
    const withinMs = Math.max(...burst.map((cell) => cell.last)) - since;
    const id = `${kind}:${name ?? ""}:${since}`;
    return { id, kind, name, lost, of, out, withinMs, since, reason, sited: sum(burst, (cell) => cell.sited) };
  }
  return null;
}

function cellsSince({ cells }: Pick<DropGroup, "cells">, second: number): readonly DropCell[] {
  return [...cells.values()].filter((cell) => cell.second >= second).sort((a, b) => a.second - b.second);
}

/** Disjoint windows of 30 s with at least `least` drops, newest first; each starts where it holds the most. */
function bursts(cells: readonly DropCell[], least: number): readonly (readonly DropCell[])[] {
  const windows = windowsOf(cells);
  const heldFrom = (index: number) => windows[index] ?? NO_WINDOW;
  const found: (readonly DropCell[])[] = [];
  let from = 0;
  while (from < cells.length) {
    const { end, lost } = heldFrom(from);
    if (lost < least) {
      from++;
      continue;
    }
    let best = from;
    for (let start = from + 1; start < end; start++) if (heldFrom(start).lost > heldFrom(best).lost) best = start;
    found.unshift(cells.slice(best, heldFrom(best).end));
    from = heldFrom(best).end;
  }
  return found;
}

interface Window {
  /** Index after the last cell within 30 s. */
  readonly end: number;
  readonly lost: number;
}

const NO_WINDOW: Window = { end: 0, lost: 0 };

/** For each cell the window that begins with it. One pass: both ends only move on. */
function windowsOf(cells: readonly DropCell[]): readonly Window[] {
  let end = 0;
  let lost = 0;
  return cells.map((cell) => {
    for (; (cells[end]?.second ?? Number.POSITIVE_INFINITY) < cell.second + RULE.withinS; end++)
      lost += cells[end]?.lost ?? 0;
    const window = { end, lost };
    lost -= cell.lost;
    return window;
  });
}

function dominant(cells: readonly DropCell[]): readonly [ReasonCode, number] {
  const counts = new Map<ReasonCode, number>();
  for (const cell of cells)
    for (const [reason, count] of cell.reasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ["unknown", 0] as [ReasonCode, number]);
}

function sum(cells: readonly DropCell[], count: (cell: DropCell) => number): number {
  return cells.reduce((total, cell) => total + count(cell), 0);
}

function largest(incidents: readonly Candidate[]): Candidate | null {
  return incidents.reduce<Candidate | null>(
    (best, next) => (best === null || next.lost > best.lost ? next : best),
    null,
  );
}
