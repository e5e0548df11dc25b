import type { FeedEvent, Incident } from "#lib/contracts/fleet.ts";

/** One line of the feed: an event, or several of a kind in a few seconds told as one. */
export interface FeedLine {
  readonly id: string;
  readonly event: FeedEvent;
  /** 1 for a single event. */
  readonly count: number;
  /** The site all of them share, if they do. */
  readonly site: string | null;
}

/** Steps a ticket takes on its way: its row and its dog's page show them, the feed would drown in them. */
const QUIET: ReadonlySet<string> = new Set([
  "force.started",
  "force.closing",
  "force.armed",
  "force.dialed",
  "force.authenticated",
]);
const GROUP_FROM = 4;
const GROUP_WITHIN_MS = 5_000;

const kindOf = (event: FeedEvent) =>
  `${event.type} ${event.reason_code ?? ""} ${event.outage_ms === null ? "" : "back"}`;

/** Whether a drop is one of those the incident counts. */
export function isOfIncident(event: FeedEvent, incident: Incident): boolean {
  if (event.type !== "dog.disconnected") return false;
  const after = Date.parse(event.at) - Date.parse(incident.since);
  if (after < 0 || after > incident.within_ms) return false;
  return incident.kind === "fleet" || (incident.kind === "site" ? event.site : event.gateway) === incident.name;
}

/**
 * Lines of the feed, newest first. Events of an incident are left out: its pinned line counts them truly, the feed holds only the last
 * twenty of a burst. A run of at least four of a kind within 5 s becomes one line.
 */
export function feedLines(events: readonly FeedEvent[], incident: Incident | null): FeedLine[] {
  const lines: FeedLine[] = [];
  let run: FeedEvent[] = [];
  const flush = () => {
    const [first] = run;
    if (first !== undefined && run.length >= GROUP_FROM) lines.push(group(first, run));
    else for (const event of run) lines.push({ id: event.id, event, count: 1, site: event.site });
    run = [];
  };
  for (const event of events) {
    if (QUIET.has(event.type) || (incident !== null && isOfIncident(event, incident))) continue;
    const [first] = run;
    const joins =
      first !== undefined &&
      kindOf(first) === kindOf(event) &&
      Date.parse(first.at) - Date.parse(event.at) <= GROUP_WITHIN_MS;
    if (!joins) flush();
    run.push(event);
  }
  flush();
  return lines;
}

function group(first: FeedEvent, run: readonly FeedEvent[]): FeedLine {
  const isOneSite = run.every(({ site }) => site === first.site);
  // Named by its oldest event: the line keeps its place while the run grows.
  return { id: run.at(-1)?.id ?? first.id, event: first, count: run.length, site: isOneSite ? first.site : null };
}

/** Events of the last minute as far as they are held; for the moment before the stream tells the rate. */
export function countSince(events: readonly FeedEvent[], since: number): number {
  return events.filter(({ at }) => Date.parse(at) >= since).length;
}
