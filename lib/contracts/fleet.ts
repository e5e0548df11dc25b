import { z } from "zod";
import { dogRow } from "./reconnection.ts";
import { forceTicket, instant, instantGiven, reasonCode, timeZone } from "./shared.ts";

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
  /** How the journal stores now. Null of the past: what was lost then are its gaps, which the feed tells. */
  journal: z.object({ status: z.enum(["ok", "degraded", "unavailable"]), dropped: count }).nullable(),
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

/** Spans of the ready-made windows in ms. */
export const STATS_WINDOWS = {
  "15m": 900_000,
  "1h": 3_600_000,
  "6h": 21_600_000,
  "24h": 86_400_000,
  "7d": 604_800_000,
  "30d": 2_592_000_000,
} as const;
export type StatsWindow = keyof typeof STATS_WINDOWS;
export const STATS_GROUPINGS = ["reason", "network", "gateway", "app", "firmware", "site"] as const;
export type StatsGrouping = (typeof STATS_GROUPINGS)[number];
/** Longest custom window: a year of hours. */
const LONGEST_WINDOW_MS = 366 * 86_400_000;

/**
 * GET /api/fleet/stats: a ready-made window that ends now (or at `to`), or a custom one by `from` and `to`. `tz` names the time
 * zone of the heat map's hours.
 */
export const statsQuery = z
  .strictObject({
    window: z.enum(Object.keys(STATS_WINDOWS) as [StatsWindow, ...StatsWindow[]]).optional(),
    from: instantGiven.optional(),
    to: instantGiven.optional(),
    by: z.enum(STATS_GROUPINGS).optional(),
    tz: timeZone.default("UTC"),
  })
  .refine(({ window, from }) => window === undefined || from === undefined, {
    path: ["from"],
    message: "give `window` or `from` and `to`, not both",
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from < to, {
    path: ["to"],
    message: "must be later than `from`",
  })
  .refine(({ from, to }) => from === undefined || to === undefined || to - from <= LONGEST_WINDOW_MS, {
    path: ["from"],
    message: "a window is a year at most",
  });
export type StatsQuery = z.infer<typeof statsQuery>;

const rate = z.number().nullable();
const ms = z.number().nullable();

/** The metrics of one window, of the fleet or of one group of it; docs/METRICS.md has formula and denominator of each. */
export const fleetMetrics = z.object({
  /** Begun in the window, outside the auth lane; `decided` = recovered + gave_up; the rest is `open` or `withdrawn`. */
  outages: count,
  decided: count,
  recovered: count,
  gave_up: count,
  returned: count,
  withdrawn: count,
  open: count,
  auth_outages: count,
  /** recovered / decided, 0..1; null where nothing is decided. */
  success_rate: rate,
  /** Times to recover of `recovered`. */
  recover_ms: z.object({ mean: ms, p50: ms, p95: ms, p99: ms }),
  /** Dials of `recovered`. */
  dials: z.object({ mean: z.number().nullable(), p50: z.number().nullable(), p95: z.number().nullable() }),
  /** Share of watched dog-time (offline and retired dogs left out) not in an outage; null where nothing was watched, and by reason. */
  availability: rate,
  /** The denominator of `availability`, and the part of it in outages and silent. */
  expected_ms: count,
  down_ms: count,
  silent_ms: count,
  /** Mean dog-time up between two outages. */
  mean_between_ms: ms,
  flaps: count,
});
export type FleetMetrics = z.infer<typeof fleetMetrics>;

/** GET /api/fleet/stats. At most 120 buckets a series; a bucket nobody watched has `unknown` dogs, never zeros. */
export const fleetStats = z.object({
  as_of: instant,
  from: instant,
  to: instant,
  /** Time in the window nobody watched, and before the first event. */
  unknown_ms: count,
  metrics: fleetMetrics,
  /** With `by`: every group, the most outages first; at most 50, the rest together as `(other)`. "" is dogs that do not say. */
  groups: z.array(z.object({ key: z.string(), metrics: fleetMetrics })),
  bucket_ms: count,
  /** Mean state counts over each bucket, rounded; the bucket begins at `at`. */
  states: z.array(z.object({ at: instant, ...stateCounts, unknown: count, flapping: count })),
  /** Outages begun in each bucket of `reason_bucket_ms`, by reason. */
  reason_bucket_ms: count,
  reasons: z.array(z.object({ at: instant, counts: z.partialRecord(reasonCode, count) })),
  reasons_total: count,
  /** Outages begun by reason and hour of day in `tz`; hours without any are left out. */
  heat: z.array(z.object({ hour: count, reason_code: reasonCode, count })),
  /** Dogs out now, by reason. */
  reasons_now: z.partialRecord(reasonCode, count),
  /** Outcome per reason bucket, for the KPI sparklines: decided = recovered + gave_up, by when they were decided. */
  outcomes: z.array(
    z.object({
      at: instant,
      /** Begun in the bucket, outside the auth lane: they add up to those of `metrics`. */
      outages: count,
      recovered: count,
      gave_up: count,
      p50_ms: ms,
      p95_ms: ms,
      p99_ms: ms,
      flaps: count,
      availability: rate,
    }),
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
    p50_ms: ms,
    p95_ms: ms,
    /** Waits before dials as Leash dogs reported them, in the same buckets; `reported` is their number. */
    waits: z.array(z.object({ from_ms: z.number(), to_ms: z.number().nullable(), count })),
    reported: count,
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

/** GET /api/fleet/least-stable: the dogs with the most outages begun in the window (whole UTC days where it is longer than two days). */
export const leastStableQuery = z.strictObject({
  window: z.enum(Object.keys(STATS_WINDOWS) as [StatsWindow, ...StatsWindow[]]).optional(),
  from: instantGiven.optional(),
  to: instantGiven.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export type LeastStableQuery = z.infer<typeof leastStableQuery>;
export const leastStable = z.object({
  from: instant,
  to: instant,
  items: z.array(
    z.object({
      client_id: z.string(),
      outages: count,
      recovered: count,
      gave_up: count,
      /** Null where the dog's events of the window are not kept any more. */
      flaps: count.nullable(),
      mean_recover_ms: ms,
      /** The dog as it is now: null where it is retired or not known any more. */
      state: z.string().nullable(),
      site: z.string().nullable(),
    }),
  ),
});
export type LeastStable = z.infer<typeof leastStable>;

/** Part of `?from=&to=` windows over history: outages and events as they are exported, and one dog's timeline. */
export const historyRange = z.strictObject({ from: instantGiven.optional(), to: instantGiven.optional() });

/** GET /api/fleet/outages(.csv|.json)?from=&to=&sn=&reason= : outages begun in the window, oldest first. */
export const outageQuery = z.strictObject({
  from: instantGiven.optional(),
  to: instantGiven.optional(),
  sn: z.string().max(64).optional(),
  reason: reasonCode.optional(),
});
export type OutageQuery = z.infer<typeof outageQuery>;
export const outageRecord = z.object({
  client_id: z.string(),
  since: instant,
  detected_at: instant,
  reason_code: reasonCode,
  category: z.string(),
  network: z.string().nullable(),
  app_id: z.string(),
  firmware: z.string().nullable(),
  site: z.string().nullable(),
  gateway: z.string().nullable(),
  ended_at: instant.nullable(),
  outcome: z.enum(["recovered", "gave_up", "returned", "offline", "cleaned", "retired"]).nullable(),
  dials: count.nullable(),
  source: z.enum(["reported", "estimated"]).nullable(),
});
export type OutageRecord = z.infer<typeof outageRecord>;

/** `?at=` on summary, active and dogs: the fleet as it was then. Before the horizon: 410 `before_horizon` with `earliest`. */
export const pastQuery = z.strictObject({ at: instantGiven.optional() });
export type PastQuery = z.infer<typeof pastQuery>;

/** GET /api/fleet/horizon: how far back time travel and history reach. Null where nothing is stored. */
export const historyHorizon = z.object({ earliest: instant.nullable(), latest: instant });
export type HistoryHorizon = z.infer<typeof historyHorizon>;

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

export const feedQuery = z.strictObject({
  before: z.string().max(128).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** GET /api/dogs/:sn/events: the log of one dog, in a window where one is given. */
export const dogFeedQuery = feedQuery.extend(historyRange.shape);
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
