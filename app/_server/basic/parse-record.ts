import { parseDuration } from "#lib/clock/duration.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

/** One dog as a Go service tells it, without what means "none" there. */
export interface BasicRecord {
  readonly sn: string;
  readonly isConnected: boolean;
  readonly attempts: number;
  /** Epoch ms on our clock; null for none. */
  readonly nextRetryAt: number | null;
  readonly delayMs: number | null;
  readonly lastAttemptAt: number | null;
  readonly label: string | null;
  /** It has a field only a reconnection record has: an object that merely wraps one has none. */
  readonly isCertain: boolean;
}

/** Go's names for a field, without case and underscores: handlers write JSON tags or leave the struct's own names. */
const NAMES = {
  sn: ["clientid", "sn", "id"],
  connected: ["isconnected", "connected"],
  attempts: ["reconnectionattempts", "attemptcount", "attempts"],
  nextRetry: ["nextretrytime", "nextretryat", "nextretry"],
  untilRetry: ["timeuntilretry"],
  delay: ["currentdelay", "delay"],
  lastAttempt: ["lastattempt", "lastattempttime"],
  reason: ["failurereason", "reason"],
} as const;

/** A record from a list's item, or undefined when it names no dog. `key` is the client id a map gives it. */
export function readRecord(value: unknown, key: string | undefined, now: number): BasicRecord | undefined {
  if (typeof value === "string" && value !== "") return emptyRecord(safeText(value));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const fields = new Map(Object.entries(value).map(([name, field]) => [name.replaceAll("_", "").toLowerCase(), field]));
  const pick = (names: readonly string[]) => names.map((name) => fields.get(name)).find((field) => field !== undefined);
  const sn = pick(NAMES.sn) ?? key;
  if (typeof sn !== "string" || sn === "") return undefined;
  const untilMs = readDuration(pick(NAMES.untilRetry));
  const attempts = pick(NAMES.attempts);
  const label = pick(NAMES.reason);
  const nextRetry = readInstant(pick(NAMES.nextRetry));
  return {
    sn: safeText(sn),
    isConnected: pick(NAMES.connected) === true,
    attempts: typeof attempts === "number" && Number.isFinite(attempts) ? Math.max(0, Math.trunc(attempts)) : 0,
    nextRetryAt: untilMs !== null ? now + untilMs : nextRetry !== null && nextRetry >= now ? nextRetry : null,
    delayMs: readDuration(pick(NAMES.delay)),
    lastAttemptAt: readInstant(pick(NAMES.lastAttempt)),
    label: typeof label === "string" && label !== "" ? safeText(label) : null,
    isCertain: attempts !== undefined || label !== undefined || pick(NAMES.nextRetry) !== undefined,
  };
}

function emptyRecord(sn: string): BasicRecord {
  const nothing = { nextRetryAt: null, delayMs: null, lastAttemptAt: null, label: null };
  return { sn, isConnected: false, attempts: 0, ...nothing, isCertain: true };
}

/** A Go duration in ms: its text, or the integer of nanoseconds `time.Duration` marshals to. Negative is none. */
function readDuration(value: unknown): number | null {
  if (typeof value === "number") return value >= 0 && Number.isFinite(value) ? value / 1e6 : null;
  return typeof value === "string" ? (parseDuration(value) ?? null) : null;
}

/** Epoch ms of an RFC 3339 text or of Unix seconds. Go's zero time (year 1) is none. */
function readInstant(value: unknown): number | null {
  if (typeof value === "number") return value > 0 ? value * (value < 1e11 ? 1_000 : 1) : null;
  if (typeof value !== "string") return null;
  const at = Date.parse(value);
  return Number.isFinite(at) && at > 0 ? at : null;
}
