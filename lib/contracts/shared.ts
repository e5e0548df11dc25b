import { z } from "zod";
import { DOG_STATES } from "#lib/fleet/dog.ts";
import { CATEGORIES, REASON_CODES, STRATEGIES } from "#lib/reconnection/reason-code.ts";

/** ISO 8601 in UTC with milliseconds, except the seed's `next_retry_time`, which has whole seconds. */
export const instant = z.string();
export const reasonCode = z.enum(REASON_CODES);
export const category = z.enum(CATEGORIES);
export const strategy = z.enum(STRATEGIES);
export const dogState = z.enum(DOG_STATES);

/** Any serial number a caller may ask for; stricter than nothing so that odd input is a clear 400. */
export const clientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected 1 to 64 of A-Z a-z 0-9 _ -");
export const note = z.string().max(500, "at most 500 characters");

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** With `before_horizon`: the earliest instant there is; null where nothing is stored. */
  earliest: instant.nullable().optional(),
});
export type ProblemBody = z.infer<typeof problem>;

export const ticketStatus = z.enum([
  "requested",
  "queued",
  "closing",
  "armed",
  "dialed",
  "authenticated",
  "stable",
  "failed",
  "expired",
  "cancelled",
]);

/** One force-reconnect as the API tells it. Times are instants or null where the step was not reached. */
export const forceTicket = z.object({
  ticket: z.string(),
  client_id: z.string(),
  batch: z.string().nullable(),
  status: ticketStatus,
  actor: z.string(),
  note: z.string().nullable(),
  requested_at: instant,
  deadline_at: instant.nullable(),
  closing_at: instant.nullable(),
  armed_at: instant.nullable(),
  dialed_at: instant.nullable(),
  authenticated_at: instant.nullable(),
  /** When a ticket that is authenticated becomes stable if nothing happens. */
  stable_at: instant.nullable(),
  ended_at: instant.nullable(),
  /** Set with `failed`: auth_failed, revoked, owner_unreachable, dropped_again. */
  failure: z.enum(["auth_failed", "revoked", "owner_unreachable", "dropped_again"]).nullable(),
  /** Last error seen while it was open: the reason behind `failed` or `expired`. */
  last_error: z.string().nullable(),
});
export type ForceTicket = z.infer<typeof forceTicket>;

const INSTANT_EXPECTED = "expected an instant such as 2026-11-23T12:00:00Z (seconds and a zone are needed) or epoch ms";

/** An instant in a query: ISO 8601 with seconds and a zone, or epoch ms. Parsed to epoch ms. */
export const instantGiven = z
  .union([z.iso.datetime({ offset: true, error: INSTANT_EXPECTED }), z.string().regex(/^\d{1,15}$/)])
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : Date.parse(text)));

/** An IANA time zone the runtime knows. */
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, { message: "expected an IANA time zone such as Asia/Shanghai" });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
