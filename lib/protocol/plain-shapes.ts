import { type DogMessage, type LoginArgs, SERIAL_NUMBER } from "./messages.ts";

/**
 * `value` as the dog message it plainly is, undefined where only the schema can tell. What comes is `JSON.parse`'s, without
 * a `__proto__`; the answer is the schema's for every such value (a law of the tests).
 */
export function plainDogMessage(value: unknown): DogMessage | undefined {
  if (!isObject(value) || value.op !== "galbot_request") return undefined;
  const { service, args, request_id } = value;
  if (!isText(service, 1, 128) || !isObject(args) || !isText(request_id, 0, 128)) return undefined;
  return { op: "galbot_request", service, args, request_id };
}

/** `args` as the login of a seed dog they plainly are; undefined for whatever says more. */
export function plainLoginArgs(args: unknown): LoginArgs | undefined {
  if (!isObject(args)) return undefined;
  const { app_id, token, sn, timestamp } = args;
  if (!isText(app_id, 1, 64) || !isText(token, 0, 512) || !isText(timestamp, 0, 32)) return undefined;
  if (typeof sn !== "string" || !SERIAL_NUMBER.test(sn)) return undefined;
  for (const key in args) if (!SEED_KEYS.has(key)) return undefined;
  return { app_id, token, sn, timestamp };
}

const SEED_KEYS: ReadonlySet<string> = new Set(["app_id", "token", "sn", "timestamp"]);

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, least: number, most: number): value is string {
  return typeof value === "string" && value.length >= least && value.length <= most;
}
