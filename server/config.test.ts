import { describe, expect, it } from "vitest";
import { ConfigError, type Env, loadConfig } from "./config.ts";

function problemsOf(env: Env): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("configuration", () => {
  it("G142: nothing set gives the documented defaults", () => {
    expect(loadConfig({ GATEWAY_NAME: "gw", DATA_DIR: "/d" })).toEqual({
      host: "127.0.0.1",
      gatewayPort: 8080,
      gatewayName: "gw",
      wide: false,
      pingIntervalMs: 30_000,
      readTimeoutMs: 75_000,
      silentAfterMs: 45_000,
      dogSharedToken: undefined,
      dogTokensFile: undefined,
      dataDir: "/d",
      databaseUrl: undefined,
      apiToken: undefined,
      pushedPolicy: { maxRetries: 10, baseDelayMs: 1_000, maxDelayMs: 30_000 },
      assumedPolicy: { maxRetries: 15, baseDelayMs: 1_000, maxDelayMs: 60_000 },
      stableAfterMs: 60_000,
      loginTimeoutMs: 10_000,
      forceDeadlineMs: 300_000,
      forceRate: 50,
      recordTtlMs: 86_400_000,
      drainWindowMs: 20_000,
      maxDogs: 100_000,
      trustedProxies: [],
      mdns: false,
      mdnsUrl: undefined,
      logLevel: "info",
      retention: { ageMs: null, bytes: null, minutesMs: 691_200_000, hoursMs: 34_560_000_000 },
    });
  });

  it("G142: bare seconds and Go durations mean the same", () => {
    const config = loadConfig({ APP_PINT_TIME: "10", SILENT_AFTER: "15s", APP_PING_READ_TIMEOUT: "0m20s" });
    expect([config.pingIntervalMs, config.silentAfterMs, config.readTimeoutMs]).toEqual([10_000, 15_000, 20_000]);
  });

  it("H55: what is kept is told in days and bytes; 0 keeps everything", () => {
    const { retention } = loadConfig({ RETENTION_AGE: "30d", RETENTION_SIZE: "20GB", RETENTION_MINUTES: "72h" });
    expect(retention).toEqual({ ageMs: 2_592_000_000, bytes: 20e9, minutesMs: 259_200_000, hoursMs: 34_560_000_000 });
    expect(loadConfig({ RETENTION_AGE: "0", RETENTION_SIZE: "0" }).retention).toMatchObject({
      ageMs: null,
      bytes: null,
    });
    expect(
      problemsOf({ RETENTION_AGE: "1m", RETENTION_SIZE: "5", RETENTION_MINUTES: "0", RETENTION_HOURS: "7d" }),
    ).toEqual([
      'RETENTION_AGE="1m": expected days such as 30d or a duration, from 2h0m0s up or 0 to keep all',
      'RETENTION_SIZE="5": expected an amount such as 20GB, from 100MB up, or 0 for no bound',
      'RETENTION_MINUTES="0": expected days such as 30d or a duration, from 48h0m0s up',
      'RETENTION_HOURS="7d": expected days such as 30d or a duration, from 768h0m0s up',
    ]);
  });

  it("G142: an empty variable is an unset one, and the result cannot be changed", () => {
    const config = loadConfig({ GATEWAY_PORT: "", API_TOKEN: "  " });
    expect(config.gatewayPort).toBe(8080);
    expect(Object.isFrozen(config)).toBe(true);
  });

  it("G143: every bad variable is named at once, with what came and what is expected", () => {
    const problems = problemsOf({
      GATEWAY_PORT: "http",
      FORCE_RATE: "0",
      RECORD_TTL: "a day",
      LOG_LEVEL: "loud",
      TRUSTED_PROXIES: "10.0.0.0/8, nonsense",
      GATEWAY_NAME: "two words",
      HOST: "not a host",
    });
    expect(problems).toEqual([
      expect.stringMatching(/^HOST="not a host": expected an IP address/),
      'GATEWAY_PORT="http": expected a whole number from 0 to 65535',
      expect.stringMatching(/^GATEWAY_NAME="two words": expected/),
      'FORCE_RATE="0": expected a whole number from 1 to 10000',
      expect.stringMatching(/^RECORD_TTL="a day": expected seconds or a duration such as 1m30s/),
      expect.stringMatching(/^TRUSTED_PROXIES=.*expected addresses or CIDR ranges/),
      expect.stringMatching(/^LOG_LEVEL="loud": expected one of trace, debug/),
    ]);
  });

  it.each<[string, Env, RegExp]>([
    [
      "a silent mark after the close",
      { SILENT_AFTER: "80s" },
      /^SILENT_AFTER=1m20s: .*APP_PING_READ_TIMEOUT \(1m15s\)/,
    ],
    ["pings rarer than the silent mark", { APP_PINT_TIME: "45s" }, /^APP_PINT_TIME=45s: .*SILENT_AFTER \(45s\)/],
    ["a pushed base above its cap", { RECONNECT_BASE_DELAY: "31s" }, /^RECONNECT_BASE_DELAY=31s: .*MAX_DELAY \(30s\)/],
    ["an assumed base above its cap", { ASSUMED_DOG_MAX_DELAY: "500ms" }, /^ASSUMED_DOG_BASE_DELAY=1s: .*\(500ms\)/],
    ["a pushed pause no dog keeps", { RECONNECT_MAX_DELAY: "5m" }, /^RECONNECT_MAX_DELAY="5m": .* 100ms to 4m0s$/],
    ["a pushed hammer", { RECONNECT_BASE_DELAY: "50ms" }, /^RECONNECT_BASE_DELAY="50ms": .* 100ms to 4m0s$/],
    ["an assumed pause of days", { ASSUMED_DOG_MAX_DELAY: "25h" }, /^ASSUMED_DOG_MAX_DELAY="25h": .* 1ms to 24h0m0s$/],
    ["a wide host without a token", { HOST: "0.0.0.0" }, /^HOST=0.0.0.0: .*API_TOKEN/],
    [
      "a database it does not know",
      { DATABASE_URL: "mysql://u:pw@h/d" },
      /^DATABASE_URL=\(hidden, 16 characters\): expected postgres:\/\//,
    ],
  ])("G143: refuses %s", (_what, env, line) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(line);
  });

  it("G143: a wide host with a token starts", () => {
    expect(loadConfig({ HOST: "0.0.0.0", API_TOKEN: "x".repeat(32) }).wide).toBe(true);
  });

  it.each(["127.0.0.1", "127.9.9.9", "localhost", "::1"])("G143: %s is loopback", (host) => {
    expect(loadConfig({ HOST: host }).wide).toBe(false);
  });

  it("D67: the announcement is off, on, or of another address with a host name", () => {
    expect(loadConfig({ MDNS: "1", MDNS_URL: "wss://leash.example.com/ws" })).toMatchObject({
      mdns: true,
      mdnsUrl: "wss://leash.example.com/ws",
    });
    expect(problemsOf({ MDNS: "yes" })).toEqual(['MDNS="yes": expected one of 0, 1']);
  });

  it.each([
    "https://leash.example.com/ws",
    "wss://192.0.2.1/ws",
    "wss://[::1]/ws",
    "wss://me:pw@leash.example.com/ws",
    "wss://leash.example.com/ws?token=x",
    "wss://leash.example.com/ws#x",
    "leash.example.com",
  ])("D67: %s is not announced", (url) => {
    expect(problemsOf({ MDNS: "1", MDNS_URL: url })).toEqual([expect.stringMatching(/^MDNS_URL=.*expected ws:\/\//)]);
  });

  it.each([
    "postgres://leash:pw@db.example.com:5432/leash",
    "postgresql://leash@127.0.0.1/leash?sslmode=verify-full",
    "postgres://leash@localhost/leash?host=/var/run/postgresql",
    "postgres://leash:p%40ss%2Fword@[::1]:5433/leash",
  ])("G143: %s is a database", (url) => {
    expect(loadConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });

  it.each([
    "postgres://leash:secret-word@db.example.com",
    "postgres://leash:secret-word@db.example.com/",
    "postgres://db.example.com/leash",
    "postgres://leash:secret-word@db.example.com:port/leash",
    "postgres://leash:secret-word#1@db.example.com/leash",
    "postgres://leash:secret-word%1@db.example.com/leash",
    "leash:secret-word@db.example.com/leash",
    "/var/lib/leash.db",
  ])("G34, G143: %s is none, and its password is not repeated", (url) => {
    const [line, ...more] = problemsOf({ DATABASE_URL: url });
    expect(more).toEqual([]);
    expect(line).toMatch(/^DATABASE_URL=\(hidden, \d+ characters\): expected postgres:\/\/USER:PASSWORD@HOST/);
    expect(line).not.toContain("secret-word");
  });

  it("G34: a bad secret is not repeated", () => {
    const [line] = problemsOf({ API_TOKEN: "tooshort" });
    expect(line).toContain("API_TOKEN=(hidden, 8 characters)");
    expect(line).not.toContain("tooshort");
    const elsewhere = problemsOf({
      API_TOKEN: "a-token-of-ours-0123",
      TRUSTED_PROXIES: "10.0.0.1,a-token-of-ours-0123",
    });
    expect(elsewhere).toEqual([expect.stringContaining("TRUSTED_PROXIES=(hidden")]);
    for (const url of ["wss://me:pw@leash.example.com/ws", "wss://leash.example.com/ws?token=x"]) {
      expect(problemsOf({ MDNS_URL: url })).toEqual([expect.stringContaining("MDNS_URL=(hidden")]);
    }
  });
});
