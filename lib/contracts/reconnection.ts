import { z } from "zod";
import { DOG_STATES } from "#lib/fleet/dog.ts";
import { CATEGORIES, REASON_CODES } from "#lib/reconnection/reason-code.ts";
import {
  category,
  clientId,
  dogState,
  forceTicket,
  instant,
  instantGiven,
  note,
  reasonCode,
  strategy,
} from "./shared.ts";

/** POST /api/reconnection/status (seed 3.1). */
export const statusRequest = z.object({ client_id: clientId });
export type StatusRequest = z.infer<typeof statusRequest>;

/** The seed's seven fields. Durations are Go strings in whole seconds rounded up ("15s", "1m30s"). */
export const reconnectionStatus = z.object({
  client_id: z.string(),
  is_connected: z.boolean(),
  reconnection_attempts: z.number().int(),
  next_retry_time: z.string().nullable(),
  time_until_retry: z.string().nullable(),
  failure_reason: z.string().nullable(),
  current_delay: z.string().nullable(),
});
export type ReconnectionStatus = z.infer<typeof reconnectionStatus>;

/** A row of every dog list: the seed's fields and ours. Where `estimated`, attempts, next retry and give-up are projected. */
export const dogRow = reconnectionStatus.extend({
  state: dogState,
  reason_code: reasonCode.nullable(),
  reason_raw: z.string().nullable(),
  category: category.nullable(),
  strategy: strategy.nullable(),
  /** Downtime start for a dog in an outage, session start for a connected one, else the last change. */
  since: instant.nullable(),
  flaps: z.number().int(),
  /** Dials the outage took, once a login ended it (settling rows, where `reconnection_attempts` is 0 by the seed's table). */
  dials: z.number().int().nullable().optional(),
  max_retries: z.number().int(),
  /** Earliest and latest; null for never and for dogs that are not out. */
  gives_up_at: z.tuple([instant, instant]).nullable(),
  /** The attempt, next retry and give-up are a projection, not an observation. */
  estimated: z.boolean(),
  schedule_source: z.enum(["reported", "pushed", "assumed"]),
  network: z.string().nullable(),
  gateway: z.string().nullable(),
  app_id: z.string(),
  site: z.string().nullable(),
  firmware: z.string().nullable(),
  last_seen_at: instant.nullable(),
  last_event_at: instant.nullable(),
  /** When a settling dog becomes stable if nothing happens. */
  stable_at: instant.nullable(),
  /** Two live sockets with one sn (two dogs, or one with a leaked reader). */
  duplicate: z.boolean(),
  /** The open ticket, or the newest one ended within 5 min. */
  ticket: forceTicket.nullable(),
});
export type DogRow = z.infer<typeof dogRow>;

const list = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(",").filter(Boolean) : value),
    z.array(z.enum(values)),
  );

/** What narrows a list of dogs. Lists are comma-separated in a query, arrays in JSON. A field unknown here would widen it, so it is refused. */
export const dogFilter = z.strictObject({
  state: list(DOG_STATES).optional(),
  category: list(CATEGORIES).optional(),
  reason: list(REASON_CODES).optional(),
  network: z.string().max(64).optional(),
  gateway: z.string().max(64).optional(),
  site: z.string().max(64).optional(),
  app_id: z.string().max(64).optional(),
  /** Part of the sn, the reason, the raw error or the address; case-insensitive. */
  q: z.string().max(128).optional(),
});
export type DogFilter = z.infer<typeof dogFilter>;

export const SORT_KEYS = [
  "since",
  "sn",
  "state",
  "reason",
  "attempts",
  "next_retry",
  "gives_up_at",
  "network",
  "gateway",
  "last_event",
  "last_seen",
  "flaps",
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** GET query or POST body of `active` and `/api/dogs`. `cursor` fixes `as_of`: pages neither skip nor repeat. */
export const dogQuery = dogFilter.extend({
  sort: z.enum(SORT_KEYS).default("since"),
  order: z.enum(["asc", "desc"]).default("asc"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(512).optional(),
});
export type DogQuery = z.infer<typeof dogQuery>;
/** The query as a caller writes it: defaults may be left out. */
export type DogQueryInput = Partial<DogQuery>;

export const dogPage = z.object({
  items: z.array(dogRow),
  total: z.number().int(),
  next_cursor: z.string().nullable(),
  as_of: instant,
  /** Counts per state of what matches the filter without its `state`: the tabs of the table. */
  by_state: z.partialRecord(dogState, z.number().int()),
});
export type DogPage = z.infer<typeof dogPage>;

/** GET query of the CSV export: all that matches, in the order asked for. */
export const dogExport = dogQuery.omit({ limit: true, cursor: true });
export type DogExport = z.infer<typeof dogExport>;

/** The same lists as they were `at` an instant; without it, as they are. */
export const dogQueryAt = dogQuery.extend({ at: instantGiven.optional() });
export type DogQueryAt = z.infer<typeof dogQueryAt>;
export const dogExportAt = dogExport.extend({ at: instantGiven.optional() });
export type DogExportAt = z.infer<typeof dogExportAt>;

/** POST /api/reconnection/cleanup. `dry_run` counts without removing. */
export const cleanupRequest = z.strictObject({ dry_run: z.boolean().optional() });
export const cleanupResult = z.object({ removed: z.number().int() });
export type CleanupResult = z.infer<typeof cleanupResult>;

const forceOne = z.strictObject({ client_id: clientId, note: note.optional() });
const forceSome = z.strictObject({ client_ids: z.array(clientId).min(1).max(1_000), note: note.optional() });
const forceMatching = z.strictObject({
  filter: dogFilter,
  /** What the operator was shown; more than 5 % off is a 409. */
  expected: z.number().int().min(0),
  note: note.optional(),
});
/** POST /api/reconnection/force: one, some, or all that match. */
export const forceRequest = z.union([forceOne, forceSome, forceMatching]);
export type ForceRequest = z.infer<typeof forceRequest>;

/** 202 for one or some. `existing` marks a ticket that was open already. */
export const forceResult = z.object({
  client_id: z.string().optional(),
  tickets: z.array(
    z.object({
      client_id: z.string(),
      ticket: z.string(),
      status: forceTicket.shape.status,
      existing: z.boolean().optional(),
    }),
  ),
  errors: z.array(z.object({ client_id: z.string(), code: z.string() })),
});
export type ForceResult = z.infer<typeof forceResult>;

/** 202 for all that match. */
export const forceBatchResult = z.object({ batch: z.string(), total: z.number().int() });
export type ForceBatchResult = z.infer<typeof forceBatchResult>;

/** GET /api/reconnection/force?batch=|client_id= */
export const forceListQuery = z.strictObject({ batch: z.string().max(64).optional(), client_id: clientId.optional() });
export const forceList = z.object({
  as_of: instant,
  batch: z
    .object({
      batch: z.string(),
      total: z.number().int(),
      stopped: z.boolean(),
      actor: z.string(),
      note: z.string().nullable(),
      started_at: instant,
      by_status: z.partialRecord(forceTicket.shape.status, z.number().int()),
    })
    .nullable(),
  /** Newest first, at most 200. */
  tickets: z.array(forceTicket),
});
export type ForceList = z.infer<typeof forceList>;

/** DELETE /api/reconnection/force?batch= : what was still queued is cancelled. */
export const forceStopQuery = z.strictObject({ batch: z.string().min(1).max(64) });
export const forceStopResult = z.object({ batch: z.string(), cancelled: z.number().int() });
export type ForceStopResult = z.infer<typeof forceStopResult>;
