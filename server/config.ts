import { hostname } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { formatGoDuration, parseDuration } from "#lib/clock/duration.ts";
import { PUSHED_LIMITS, PUSHED_POLICY, type RetryPolicy, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { parseBytes, parseSpan } from "./config-amounts.ts";
import type { RetentionPolicy } from "./history/retention.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything the gateway is told from outside. Times in ms. */
export interface Config {
  readonly host: string;
  readonly gatewayPort: number;
  readonly gatewayName: string;
  /** True when `host` reaches beyond this machine; then `apiToken` is set. */
  readonly wide: boolean;
  readonly pingIntervalMs: number;
  readonly readTimeoutMs: number;
  readonly silentAfterMs: number;
  readonly dogSharedToken: string | undefined;
  readonly dogTokensFile: string | undefined;
  readonly dataDir: string;
  /** Undefined: the journal is SQLite in `dataDir`. Holds a password. */
  readonly databaseUrl: string | undefined;
  /** Undefined: one is generated into `dataDir`. */
  readonly apiToken: string | undefined;
  readonly pushedPolicy: RetryPolicy;
  readonly assumedPolicy: RetryPolicy;
  readonly stableAfterMs: number;
  readonly loginTimeoutMs: number;
  readonly forceDeadlineMs: number;
  /** Closes a second of a batch. */
  readonly forceRate: number;
  readonly recordTtlMs: number;
  readonly drainWindowMs: number;
  readonly maxDogs: number;
  /** Addresses and CIDR ranges whose `X-Forwarded-*` is believed. */
  readonly trustedProxies: readonly string[];
  /** Announce the gateway on the local network. */
  readonly mdns: boolean;
  /** What to announce instead of the gateway's own address. */
  readonly mdnsUrl: string | undefined;
  readonly logLevel: LogLevel;
  /** What of the past is kept. */
  readonly retention: RetentionPolicy;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** All that is wrong with the environment, one line a variable. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration: ${problems.length} bad value${problems.length === 1 ? "" : "s"}\n  ${problems.join("\n  ")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

const SECRET = new Set(["API_TOKEN", "DOG_SHARED_TOKEN", "DATABASE_URL", "REDIS_URL"]);
const CREDENTIAL = /:\/\/[^/]*@|[?&]token=/i;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;
const HOST = z.union([z.ipv4(), z.ipv6(), z.hostname()]);
const PROXY = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const LONGEST_SPAN = 36_500 * DAY;

/** Reads the environment. Throws `ConfigError` with every bad variable: its name, what came, what is expected. */
export function loadConfig(env: Env): Config {
  const read = createReader(env);
  const host = read.text("HOST", "127.0.0.1", "an IP address or a host name", (text) => HOST.safeParse(text).success);
  const config: Config = {
    host,
    gatewayPort: read.integer("GATEWAY_PORT", 8_080, 0, 65_535),
    gatewayName: read.text("GATEWAY_NAME", ownName(), "1 to 64 of A-Z a-z 0-9 . _ -", (text) =>
      /^[A-Za-z0-9._-]{1,64}$/.test(text),
    ),
    wide: !LOOPBACK.test(host),
    pingIntervalMs: read.duration("APP_PINT_TIME", 30 * SECOND, SECOND / 20, HOUR),
    readTimeoutMs: read.duration("APP_PING_READ_TIMEOUT", 75 * SECOND, SECOND / 20, HOUR),
    silentAfterMs: read.duration("SILENT_AFTER", 45 * SECOND, SECOND / 20, HOUR),
    dogSharedToken: read.optional("DOG_SHARED_TOKEN", "1 to 512 printable characters", (text) =>
      /^[\x21-\x7e]{1,512}$/.test(text),
    ),
    dogTokensFile: read.path("DOG_TOKENS_FILE"),
    dataDir: read.path("DATA_DIR") ?? resolve("data"),
    databaseUrl: read.optional(
      "DATABASE_URL",
      "postgres://USER:PASSWORD@HOST:PORT/DATABASE, what is special in USER and PASSWORD percent-encoded",
      isDatabaseUrl,
    ),
    apiToken: read.optional("API_TOKEN", "16 to 512 printable characters without spaces", (text) =>
      /^[\x21-\x7e]{16,512}$/.test(text),
    ),
    pushedPolicy: read.policy("RECONNECT", PUSHED_POLICY, PUSHED_LIMITS),
    assumedPolicy: read.policy("ASSUMED_DOG", SEED_POLICY, { leastDelayMs: 1, mostDelayMs: 24 * HOUR }),
    stableAfterMs: read.duration("STABLE_AFTER", 60 * SECOND, SECOND / 20, HOUR),
    loginTimeoutMs: read.duration("LOGIN_TIMEOUT", 10 * SECOND, SECOND / 20, HOUR),
    forceDeadlineMs: read.duration("FORCE_DEADLINE", 300 * SECOND, SECOND / 20, 24 * HOUR),
    forceRate: read.integer("FORCE_RATE", 50, 1, 10_000),
    recordTtlMs: read.duration("RECORD_TTL", 24 * HOUR, SECOND, 10_000 * HOUR),
    drainWindowMs: read.duration("DRAIN_WINDOW", 20 * SECOND, 0, HOUR),
    maxDogs: read.integer("MAX_DOGS", 100_000, 1, 10_000_000),
    trustedProxies: read.list(
      "TRUSTED_PROXIES",
      "addresses or CIDR ranges, separated by commas",
      (text) => PROXY.safeParse(text).success,
    ),
    mdns: read.choice("MDNS", "0", ["0", "1"]) === "1",
    mdnsUrl: read.optional(
      "MDNS_URL",
      "ws:// or wss:// with a host name, such as wss://leash.example.com/ws",
      isDogUrl,
    ),
    logLevel: read.choice("LOG_LEVEL", "info", LOG_LEVELS),
    retention: Object.freeze({
      ageMs: read.span("RETENTION_AGE", 0, 2 * HOUR, "or 0 to keep all") || null,
      bytes: read.bytes("RETENTION_SIZE", 100e6) || null,
      minutesMs: read.span("RETENTION_MINUTES", 8 * DAY, 2 * DAY),
      hoursMs: read.span("RETENTION_HOURS", 400 * DAY, 32 * DAY),
    }),
  };
  read.unsupported("REDIS_URL", "nothing: this version runs as one gateway");
  refuseContradictions(config, read);
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  return Object.freeze(config);
}

type Reader = ReturnType<typeof createReader>;

function refuseContradictions(config: Config, read: Reader): void {
  const { pingIntervalMs, silentAfterMs, readTimeoutMs } = config;
  if (pingIntervalMs >= silentAfterMs) {
    read.contradiction(
      "APP_PINT_TIME",
      formatMs(pingIntervalMs),
      `less than SILENT_AFTER (${formatMs(silentAfterMs)})`,
    );
  }
  if (silentAfterMs >= readTimeoutMs) {
    const limit = `less than APP_PING_READ_TIMEOUT (${formatMs(readTimeoutMs)})`;
    read.contradiction("SILENT_AFTER", formatMs(silentAfterMs), limit);
  }
  for (const [prefix, policy] of [
    ["RECONNECT", config.pushedPolicy],
    ["ASSUMED_DOG", config.assumedPolicy],
  ] as const) {
    if (policy.baseDelayMs <= policy.maxDelayMs) continue;
    const limit = `at most ${prefix}_MAX_DELAY (${formatMs(policy.maxDelayMs)})`;
    read.contradiction(`${prefix}_BASE_DELAY`, formatMs(policy.baseDelayMs), limit);
  }
  if (config.wide && config.apiToken === undefined) {
    read.contradiction("HOST", config.host, "a loopback address, or API_TOKEN set as well");
  }
}

function createReader(env: Env) {
  const problems: string[] = [];
  const bad = new Set<string>();

  function raw(name: string): string | undefined {
    const value = env[name]?.trim();
    return value === "" ? undefined : value;
  }

  function refuse(name: string, came: string, expected: string): void {
    bad.add(name);
    problems.push(`${name}=${came}: expected ${expected}`);
  }

  /** `parse` answers undefined for a bad value; then the default stands in so that the rest is still checked. */
  function value<T>(name: string, fallback: T, expected: string, parse: (text: string) => T | undefined): T {
    const text = raw(name);
    if (text === undefined) return fallback;
    const parsed = parse(text);
    if (parsed === undefined) refuse(name, shown(env, name, text), expected);
    return parsed ?? fallback;
  }

  function optional(name: string, expected: string, ok: (text: string) => boolean): string | undefined {
    return value<string | undefined>(name, undefined, expected, (text) => (ok(text) ? text : undefined));
  }

  function duration(name: string, fallback: number, min: number, max: number): number {
    const expected = `seconds or a duration such as 1m30s, from ${formatMs(min)} to ${formatMs(max)}`;
    return value(name, fallback, expected, (text) => within(parseDuration(text), min, max));
  }

  function integer(name: string, fallback: number, min: number, max: number): number {
    const expected = `a whole number from ${min} to ${max}`;
    return value(name, fallback, expected, (text) =>
      within(/^\d{1,15}$/.test(text) ? Number(text) : undefined, min, max),
    );
  }

  /** 0 passes where the default is 0: it means without end. */
  function span(name: string, fallback: number, min: number, besides = ""): number {
    const expected = `days such as 30d or a duration, from ${formatMs(min)} up ${besides}`.trimEnd();
    return value(name, fallback, expected, (text) => {
      const ms = parseSpan(text);
      return ms === 0 && fallback === 0 ? 0 : within(ms, min, LONGEST_SPAN);
    });
  }

  function bytes(name: string, min: number): number {
    const expected = `an amount such as 20GB, from ${min / 1e6}MB up, or 0 for no bound`;
    return value(name, 0, expected, (text) => {
      const amount = parseBytes(text);
      return amount === 0 ? 0 : within(amount, min, Number.MAX_SAFE_INTEGER);
    });
  }

  return {
    problems,
    optional,
    duration,
    integer,
    span,
    bytes,
    text: (name: string, fallback: string, expected: string, ok: (text: string) => boolean) =>
      optional(name, expected, ok) ?? fallback,
    path: (name: string) => {
      const text = optional(name, "a path", (path) => !path.includes("\0"));
      return text === undefined ? undefined : resolve(text);
    },
    list: (name: string, expected: string, ok: (text: string) => boolean) =>
      value<readonly string[]>(name, [], expected, (text) => {
        const items = text.split(",").map((item) => item.trim());
        return items.every(ok) ? Object.freeze(items) : undefined;
      }),
    choice: <T extends string>(name: string, fallback: T, choices: readonly T[]) =>
      value(name, fallback, `one of ${choices.join(", ")}`, (text) => choices.find((choice) => choice === text)),
    policy: (
      prefix: string,
      fallback: RetryPolicy,
      { leastDelayMs, mostDelayMs }: { readonly leastDelayMs: number; readonly mostDelayMs: number },
    ): RetryPolicy =>
      Object.freeze({
        maxRetries: integer(`${prefix}_MAX_RETRIES`, fallback.maxRetries, 0, PUSHED_LIMITS.maxRetries),
        baseDelayMs: duration(`${prefix}_BASE_DELAY`, fallback.baseDelayMs, leastDelayMs, mostDelayMs),
        maxDelayMs: duration(`${prefix}_MAX_DELAY`, fallback.maxDelayMs, leastDelayMs, mostDelayMs),
      }),
    unsupported: (name: string, expected: string) => {
      const text = raw(name);
      if (text !== undefined) refuse(name, shown(env, name, text), expected);
    },
    /** Two values that contradict each other; silent where the variable was already refused by itself. */
    contradiction: (name: string, came: string, expected: string) => {
      if (!bad.has(name)) refuse(name, came, expected);
    },
  };
}

/** An address for dogs: its certificate is for a name, so an IP address is none. */
function isDogUrl(text: string): boolean {
  if (!/^wss?:\/\/[a-z]/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, hostname, pathname, search, hash } = new URL(text);
  const isBare = username === "" && password === "" && search === "" && hash === "";
  return isBare && z.hostname().safeParse(hostname).success && /^\/[A-Za-z0-9._~/-]{0,127}$/.test(pathname);
}

/** User, host and database by name: nothing of it is left to what happens to stand in the environment. */
function isDatabaseUrl(text: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, hostname, pathname, hash, searchParams } = new URL(text);
  const hasUser = username !== "" || (searchParams.get("user") ?? "") !== "";
  return hasUser && hostname !== "" && /^\/[^/]+$/.test(pathname) && hash === "" && isDecodable(text);
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

/** Hides secrets, one that was put under another name or into a URL included. */
function shown(env: Env, name: string, text: string): string {
  const holdsSecret = [...SECRET].some((secret) => env[secret] && text.includes(env[secret]));
  return SECRET.has(name) || holdsSecret || CREDENTIAL.test(text)
    ? `(hidden, ${text.length} characters)`
    : JSON.stringify(text.slice(0, 80));
}

function formatMs(ms: number): string {
  return ms % SECOND === 0 ? formatGoDuration(ms) : `${ms}ms`;
}

function ownName(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9._-]/g, "-")
      .slice(0, 64) || "gateway"
  );
}
