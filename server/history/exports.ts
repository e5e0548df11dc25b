import type { FeedEvent, OutageRecord } from "#lib/contracts/fleet.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { OutageRow } from "#lib/history/derived.ts";
import { DAY_MS, HOUR_MS } from "#lib/history/rollup.ts";
import { iso, isoOrNull } from "#server/fleet/dog-row.ts";
import { type Recovery, toFeedEvent } from "#server/fleet/feed-event.ts";
import type { Archive } from "#server/journal/archive.ts";
import { fromRow, type RowKey } from "#server/journal/journal-store.ts";
import type { EventQuery, OutageQuery, Range } from "./fleet-history.ts";
import type { OutageKey, Page } from "./questions.ts";

/** Rows told at a time: a page is what an export holds, whatever its length. */
const PAGE_ROWS = 500;
/** How far back of a page the outage its first login ended is looked for, one stretch after the other. */
const LOOK_BACK_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS, 31 * DAY_MS];

/** An outage as it is told. */
export function toOutageRecord(row: OutageRow): OutageRecord {
  return {
    client_id: row.sn,
    since: iso(row.startedAt),
    detected_at: iso(row.detectedAt),
    reason_code: row.reason,
    category: row.category,
    network: row.network,
    app_id: row.app,
    firmware: row.firmware,
    site: row.site,
    gateway: row.gateway,
    ended_at: isoOrNull(row.endedAt),
    outcome: row.outcome,
    dials: row.dials,
    source: row.source,
  };
}

/** Some outages begun in a window, oldest first. */
export async function outagePage(
  archive: Pick<Archive, "outages">,
  query: OutageQuery,
  after: OutageKey | null,
): Promise<Page<OutageRecord, OutageKey>> {
  const rows = await archive.outages({ ...query, limit: PAGE_ROWS, ...(after === null ? {} : { after }) });
  const last = rows.at(-1);
  const next = rows.length < PAGE_ROWS || last === undefined ? null : { startedAt: last.startedAt, sn: last.sn };
  return { items: rows.map(toOutageRecord), next };
}

/** Some events of a window, oldest first. Of one dog, its logins say which outage they ended. */
export async function eventPage(
  archive: Pick<Archive, "events" | "outages">,
  query: EventQuery,
  after: RowKey | null,
): Promise<Page<FeedEvent, RowKey>> {
  const rows = await archive.events({ ...query, limit: PAGE_ROWS, ...(after === null ? {} : { after }) });
  const events = rows.map(fromRow);
  const recoveries = query.sn === undefined ? NONE : await recoveriesOf(archive, query.sn, events);
  const last = rows.at(-1);
  const next = rows.length < PAGE_ROWS || last === undefined ? null : { at: last.at, epoch: last.epoch, seq: last.seq };
  const items = events.map((event) => toFeedEvent({ event, recovery: recoveries.get(event.at) ?? null, dog: null }));
  return { items, next };
}

const NONE: ReadonlyMap<number, Recovery> = new Map();

/** By the instant of the login that ended it: a dog has one event at an instant. */
async function recoveriesOf(
  archive: Pick<Archive, "outages">,
  sn: string,
  events: readonly FleetEvent[],
): Promise<ReadonlyMap<number, Recovery>> {
  const logins = new Set(events.filter(({ type }) => type === "dog.connected").map(({ at }) => at));
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined || logins.size === 0) return NONE;
  const outages = [...(await outagesOf(archive, { sn, from: first.at, to: last.at }))];
  // A dog has one outage at a time: only the last that began before can end here.
  let to = first.at;
  for (const backMs of LOOK_BACK_MS) {
    const before = await outagesOf(archive, { sn, from: first.at - backMs, to });
    outages.push(...before);
    if (before.length > 0) break;
    to = first.at - backMs;
  }
  const ended = new Map<number, Recovery>();
  for (const { startedAt, endedAt, outcome, dials } of outages) {
    if (endedAt === null || dials === null || !logins.has(endedAt)) continue;
    if (outcome === "recovered" || outcome === "returned") ended.set(endedAt, { dials, outageMs: endedAt - startedAt });
  }
  return ended;
}

/** All that began in a window. */
async function outagesOf(
  archive: Pick<Archive, "outages">,
  window: Range & { readonly sn: string },
): Promise<readonly OutageRow[]> {
  const found: OutageRow[] = [];
  for (let after: OutageKey | undefined; ; ) {
    const rows = await archive.outages({ ...window, limit: PAGE_ROWS, ...(after ? { after } : {}) });
    found.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return found;
    after = { startedAt: last.startedAt, sn: last.sn };
  }
}
