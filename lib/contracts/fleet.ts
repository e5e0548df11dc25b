import { z } from "zod";
import { dogRow } from "./reconnection.ts";
import { forceTicket, instant, reasonCode } from "./shared.ts";

const count = z.number().int();

/** Dogs in each state that counts as known: disjoint. */
const stateCounts = {
  connected: count,
  settling: count,
  silent: count,
  reconnecting: count,
  refused: count,
  probing: count,
  gave_up: count,
  offline: count,
};

/** Many drops, one cause: a site or a gateway that lost at least 10 dogs and a fifth of its own within 30 s, still out. */
export const incident = z.object({
  /** Stable while the incident lasts. */
  id: z.string(),
  kind: z.enum(["site", "gateway", "fleet"]),
  /** Site or gateway name; null for the whole fleet. */
  name: z.string().nullable(),
  /** Dogs that dropped. */
  lost: count,
  /** Dogs of that site or gateway known before. */
  of: count,
  /** Still out now. */
  out: count,
  within_ms: count,
  since: instant,
  reason_code: reasonCode,
  /** Earliest give-up among those still out; null if none gives up. */
  gives_up_from: instant.nullable(),
});
export type Incident = z.infer<typeof incident>;

/** GET /api/fleet/summary. The nine state counts are disjoint; with `offline` they add up to `known`. */
export const fleetSummary = z.object({
  as_of: instant,
  known: count,
  ...stateCounts,
  /** Of `offline`: last seen more than 24 h ago. */
  offline_over_24h: count,
  flapping: count,
  /** Sessions that ended before 60 s in the last 10 min, not by us. */
  flaps_10m: count,
  by_reason: z.partialRecord(reasonCode, count),
  /** Records the cleanup endpoint would remove now. */
  expired: count,
  last_hour: z.object({
    from: instant,
    to: instant,
    outages: count,
    recovered: count,
    gave_up: count,
    /** Begun in the window, neither recovered nor past the latest give-up. */
    open: count,
    recover_ms: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
    /** Auth outages run in their own lane, outside the four numbers above. */
    auth_outages: count,
  }),
  /** Dogs that may give up if nothing changes: how many, and the earliest and latest instants among the earliest-bounds. */
  next_give_up: z.object({ count: count, earliest: instant.nullable(), latest: instant.nullable() }),
  /** The site with the most dogs out, where sites are labelled. */
  largest_group: z.object({ site: z.string(), out: count, of: count }).nullable(),
  incident: incident.nullable(),
  journal: z.object({ status: z.enum(["ok", "degraded", "unavailable"]), dropped: count }),
  gateways: z.array(
    z.object({ name: z.string(), epoch: z.string(), up: z.boolean(), sessions: count, since: instant }),
  ),
  /** What is pushed to dogs; `stable_ms` and friends let the console word its promises. */
  settings: z.object({
    stable_ms: count,
    silent_ms: count,
    force_deadline_ms: count,
    force_rate: count,
    record_ttl_ms: count,
  }),
});
export type FleetSummary = z.infer<typeof fleetSummary>;

export const STATS_WINDOWS = ["15m", "1h"] as const;
export const statsQuery = z.object({ window: z.enum(STATS_WINDOWS).default("1h") });
export type StatsWindow = (typeof STATS_WINDOWS)[number];

/** GET /api/fleet/stats?window= . At most 120 buckets; a bucket nobody watched has `unknown` dogs, never zeros. */
export const fleetStats = z.object({
  as_of: instant,
  from: instant,
  to: instant,
  bucket_ms: count,
  /** State counts at the end of each bucket. */
  states: z.array(
    z.object({
      at: instant,
      ...stateCounts,
      unknown: count,
      flapping: count,
    }),
  ),
  /** Outages begun in each bucket of `reason_bucket_ms`, by reason. */
  reason_bucket_ms: count,
  reasons: z.array(z.object({ at: instant, counts: z.partialRecord(reasonCode, count) })),
  reasons_total: count,
  /** Dogs out now, by reason. */
  reasons_now: z.partialRecord(reasonCode, count),
  /** Outcome per reason bucket, for the KPI sparklines: decided = recovered + gave_up, by when they were decided. */
  outcomes: z.array(
    z.object({ at: instant, recovered: count, gave_up: count, p50_ms: z.number().nullable(), flaps: count }),
  ),
  attempts: z.object({
    /** Dials that recovered outages took: index 0 is 1 dial. */
    recovered: z.array(z.object({ dials: count, count })),
    gave_up: count,
    /** Dogs now out by the attempt now running. */
    running: z.array(z.object({ attempt: count, count })),
  }),
  delays: z.object({
    /** Time to recover, buckets [from_ms, to_ms); the last is open (to_ms null). */
    recover: z.array(z.object({ from_ms: z.number(), to_ms: z.number().nullable(), count })),
    recovered: count,
    p50_ms: z.number().nullable(),
    p95_ms: z.number().nullable(),
    /** Dogs now waiting by backoff step. */
    waiting: z.array(z.object({ delay_ms: z.number(), count })),
  }),
  /** Words at the spot on the state chart. */
  marks: z.array(
    z.object({
      at: instant,
      until: instant.nullable(),
      kind: z.enum(["gateway_down", "site_dropped", "journal_gap"]),
      name: z.string().nullable(),
      dogs: count,
    }),
  ),
});
export type FleetStats = z.infer<typeof fleetStats>;

/** One line of the feed and of a dog's event log. Fields that do not fit the type are null. */
export const feedEvent = z.object({
  id: z.string(),
  at: instant,
  type: z.string(),
  client_id: z.string().nullable(),
  session: z.string().nullable(),
  reason_code: reasonCode.nullable(),
  reason_raw: z.string().nullable(),
  close_code: count.nullable(),
  initiator: z.string().nullable(),
  session_ms: z.number().nullable(),
  last_heard_at: instant.nullable(),
  rtt_ms: z.number().nullable(),
  network: z.string().nullable(),
  remote_address: z.string().nullable(),
  app_id: z.string().nullable(),
  site: z.string().nullable(),
  gateway: z.string().nullable(),
  ticket: z.string().nullable(),
  batch: z.string().nullable(),
  actor: z.string().nullable(),
  note: z.string().nullable(),
  failure: z.string().nullable(),
  count: count.nullable(),
  /** A login or `dog.stable` that ended an outage: dials it took and how long it lasted. */
  dials: count.nullable(),
  outage_ms: z.number().nullable(),
});
export type FeedEvent = z.infer<typeof feedEvent>;

export const feedQuery = z.object({
  before: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const feedPage = z.object({ items: z.array(feedEvent), next_before: z.string().nullable(), as_of: instant });
export type FeedPage = z.infer<typeof feedPage>;

/** Frames of GET /api/events (SSE): `event:` is the key, `data:` the JSON. At most 4 frames a second. */
export const streamFrames = {
  summary: fleetSummary,
  /** Rows of up to 100 dogs that changed (a row that left `active` comes with its new state); above that only the word that many did. */
  changes: z.union([z.object({ many: z.literal(true) }), z.object({ many: z.literal(false), rows: z.array(dogRow) })]),
  /** The last 20 of the feed since the previous frame, newest first; `rate_per_min` counts all. */
  events: z.object({ items: z.array(feedEvent), rate_per_min: z.number() }),
  ticket: z.object({ tickets: z.array(forceTicket) }),
  /** Every 2 s: the server's clock. */
  tick: z.object({ now: z.number() }),
  /** The ring no longer holds `Last-Event-ID`: fetch everything again. */
  resync: z.object({}),
} as const;
export type StreamEvent = keyof typeof streamFrames;
export type StreamFrame<K extends StreamEvent> = z.infer<(typeof streamFrames)[K]>;
