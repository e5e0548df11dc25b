import type { IncomingHttpHeaders } from "node:http";

/** A day: what asks for longer means "not today", and nobody waits so long in one go. */
const LONGEST_MS = 86_400_000;

/**
 * `Retry-After` in ms: seconds, or an HTTP date counted from the response's own `Date`, since a robot's wall clock may be
 * years off. Null where it is absent or makes no sense.
 */
export function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const said = headers["retry-after"]?.trim();
  if (said === undefined || said === "") return null;
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - Date.parse(headers.date ?? "");
  return Number.isNaN(ms) ? null : Math.min(LONGEST_MS, Math.max(0, ms));
}
