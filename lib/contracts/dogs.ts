import { z } from "zod";
import { outageRecord } from "./fleet.ts";
import { dogRow } from "./reconnection.ts";
import { forceTicket, instant, note, reasonCode } from "./shared.ts";

export { type DogPage, type DogQuery, dogPage } from "./reconnection.ts";

/** One column of the backoff ladder. */
export const ladderStep = z.object({
  dial: z.number().int(),
  /** Wait before this dial. */
  delay_ms: z.number(),
  /** When the wait starts and the dial goes out. */
  from: instant,
  at: instant,
  status: z.enum(["lapsed", "waiting", "planned"]),
});

/** A stretch of one state in the dog's last 24 h, as far as the journal reaches. */
export const timelineSpan = z.object({
  from: instant,
  to: instant,
  state: z.enum(["connected", "silent", "settling", "waiting", "refused", "gave_up", "offline", "unknown"]),
});

/** GET /api/dogs/:sn */
export const dogDetail = z.object({
  as_of: instant,
  row: dogRow,
  client: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  remote_address: z.string().nullable(),
  first_seen_at: instant,
  schedule: z.object({
    kind: z.enum(["seed", "leash"]),
    source: z.enum(["reported", "pushed", "assumed"]),
    max_retries: z.number().int(),
    base_delay_ms: z.number(),
    max_delay_ms: z.number(),
    first_delay_ms: z.tuple([z.number(), z.number()]),
    jitter: z.number(),
    dial_timeout_ms: z.number(),
    probe_ms: z.number().nullable(),
  }),
  /** The outage now open or settling. */
  outage: z
    .object({
      started_at: instant,
      detected_at: instant,
      reason_code: reasonCode,
      reason_raw: z.string().nullable(),
      close_code: z.number().nullable(),
      initiator: z.string(),
      ladder: z.array(ladderStep),
      gives_up_at: z.tuple([instant, instant]).nullable(),
    })
    .nullable(),
  timeline: z.object({
    from: instant,
    to: instant,
    spans: z.array(timelineSpan),
    /** Witnessed dials and forces. */
    marks: z.array(z.object({ at: instant, kind: z.enum(["dial", "login", "force"]) })),
  }),
  stability: z.object({
    from: instant,
    to: instant,
    watched_ms: z.number(),
    unknown_ms: z.number(),
    /** 0..1 of watched time not in an outage; null when nothing was watched. */
    availability: z.number().nullable(),
    /** Begun in the window, outside the auth lane. */
    outages: z.number().int(),
    /** Decided in the window: the mean time to recover is of `recovered`. */
    recovered: z.number().int(),
    gave_up: z.number().int(),
    mean_between_ms: z.number().nullable(),
    mean_recover_ms: z.number().nullable(),
    flaps: z.number().int(),
  }),
  /** Round trips of the gateway's pings, newest last, at most 120, since this session began. */
  rtt: z.array(z.object({ at: instant, ms: z.number() })),
  rtt_summary: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
  /** Live sockets with this sn: 1 is normal, 2 means two dogs or a leaked reader. */
  live_sockets: z.number().int(),
  tickets: z.array(forceTicket),
});
export type DogDetail = z.infer<typeof dogDetail>;

/**
 * GET /api/dogs/:sn/timeline?from=&to= : by default the last 24 h, at most 31 days. Of a dog that is too restless for what is folded
 * the window begins later than asked, as `from` says.
 */
export const dogTimeline = z.object({
  as_of: instant,
  timeline: dogDetail.shape.timeline,
  stability: dogDetail.shape.stability,
  /** Outages begun in the window, newest first, at most 500. */
  outages: z.array(outageRecord),
  /** All that began in the window. */
  outages_total: z.number().int(),
});
export type DogTimeline = z.infer<typeof dogTimeline>;

/** POST /api/dogs/:sn/retire */
export const retireRequest = z.strictObject({ note: note.optional() });
export const retireResult = z.object({ client_id: z.string(), state: z.literal("retired") });
export type RetireResult = z.infer<typeof retireResult>;
