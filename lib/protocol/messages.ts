import { z } from "zod";
import { SERIAL_NUMBER } from "./services.ts";

export const PROTOCOL_VERSION = 2;

export { HEARTBEAT_SERVICE, LOGIN_SERVICE, POLICY_SERVICE, SERIAL_NUMBER } from "./services.ts";
export const serialNumber = z.string().regex(SERIAL_NUMBER, "expected 1 to 64 of A-Z a-z 0-9 _ -");

const shortText = z.string().max(256);
const label = z.string().min(1).max(64);
const durationMs = z.number().int().min(0).max(31_536_000_000);

/** A schedule as a dog reports it (ms). */
export const reportedSchedule = z.object({
  max_retries: z.number().int().min(0).max(1_000),
  base_delay_ms: z.number().int().min(1).max(86_400_000),
  max_delay_ms: z.number().int().min(1).max(86_400_000),
  first_delay_ms: z.tuple([durationMs, durationMs]).optional(),
  jitter: z.number().min(0).max(1).optional(),
  dial_timeout_ms: z.number().int().min(1).max(600_000).optional(),
  probe_ms: z.number().int().min(1_000).max(86_400_000).nullable().optional(),
});
export type ReportedSchedule = z.infer<typeof reportedSchedule>;

export const reportedOutage = z.object({
  id: z.string().min(1).max(64),
  dials: z.number().int().min(0).max(1_000_000),
  duration_ms: durationMs,
  delays_ms: z.array(durationMs).max(32).default([]),
  probes: z.number().int().min(0).max(1_000_000).default(0),
  last_error: shortText.nullable().default(null),
  servers_tried: z.number().int().min(0).max(1_000).default(0),
});

export const loginArgs = z.object({
  app_id: z.string().min(1).max(64),
  token: z.string().max(512),
  sn: serialNumber,
  timestamp: z.union([z.string().max(32), z.number()]),
  client: shortText.optional(),
  schedule: reportedSchedule.optional(),
  network: label.optional(),
  firmware: label.optional(),
  labels: z
    .record(label, label)
    .refine((labels) => Object.keys(labels).length <= 8, "at most 8 labels")
    .optional(),
  outage: reportedOutage.optional(),
});
export type LoginArgs = z.infer<typeof loginArgs>;

/** Dog -> gateway. `args` are parsed by the service, so an unknown service can be answered rather than closed. */
export const dogMessage = z.object({
  op: z.literal("galbot_request"),
  service: z.string().min(1).max(128),
  args: z.record(z.string(), z.unknown()).default({}),
  request_id: z.union([z.string().max(128), z.number()]).optional(),
});
export type DogMessage = z.infer<typeof dogMessage>;

/** Gateway -> dog, an answer. Codes: 0 ok, 400, 401, 404, 409, 429, 503 (docs/PROTOCOL.md). */
export const gatewayResponse = z.object({
  op: z.literal("galbot_response"),
  service: z.string(),
  result: z.boolean(),
  code: z.number().int(),
  message: z.string(),
  request_id: z.union([z.string(), z.number()]).optional(),
  args: z.record(z.string(), z.unknown()).optional(),
});
export type GatewayResponse = z.infer<typeof gatewayResponse>;

/** Gateway -> dog, unasked. */
export const gatewayPush = z.object({
  op: z.literal("galbot_push"),
  service: z.string(),
  args: z.record(z.string(), z.unknown()),
});
export type GatewayPush = z.infer<typeof gatewayPush>;

export const gatewayMessage = z.discriminatedUnion("op", [gatewayResponse, gatewayPush]);
export type GatewayMessage = z.infer<typeof gatewayMessage>;

/** `args` of the login's answer where it was accepted. */
export const loginAnswerArgs = z.object({
  session: z.string(),
  heartbeat_ms: z.number(),
  stable_ms: z.number(),
  policy: z.object({ max_retries: z.number(), base_delay_ms: z.number(), max_delay_ms: z.number() }),
  /** False where the journal is behind: the dog is in, but nothing it reported is acknowledged. Absent otherwise. */
  stored: z.literal(false).optional(),
});
export type LoginAnswerArgs = z.infer<typeof loginAnswerArgs>;
