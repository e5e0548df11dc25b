import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { DogStatus } from "#dog/client/client-status.ts";
import type { DogClientOptions } from "#dog/client/dog-client-options.ts";
import { OUTBOX_LIMIT } from "#dog/client/outbox.ts";
import { PRESETS } from "#dog/network/network-policies.ts";
import type { ReconnectionOptions } from "#dog/reconnection/reconnection-options.ts";
import { EVENT_NAMES } from "#dog/testing/client-bench.ts";
import { verdictOfEnd, verdictOfRefusal } from "#lib/link/link-verdict.ts";
import { RETURN_AFTER_MS } from "#lib/link/server-choice.ts";
import { STRATEGY } from "#lib/reconnection/strategy.ts";
import { parseCommandLine } from "./command-line.ts";
import { listOptions } from "./dog-config.ts";
import { createRobot } from "./examples/networks.ts";
import { formatMs } from "./fields.ts";
import { loadConfig } from "./load-config.ts";
import { parseConfig } from "./parse-config.ts";
import { readYaml } from "./read-yaml.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const DOCUMENT = read("../../docs/DOG.md");

/** The rows of the table under a heading that has a column of this name. */
function table(heading: string, column: string): string[][] {
  const section = DOCUMENT.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  const block = section.split("\n\n").find((text) => text.startsWith("|") && text.split("\n")[0]?.includes(column));
  return (block ?? "")
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const code = (cell = "") => /^`(.*)`$/.exec(cell)?.[1] ?? cell;

describe("docs/DOG.md", () => {
  it("D79: lists every option of the file, with its default", () => {
    const documented = table("Every option", "Option").map(([name, fallback]) => [code(name), code(fallback)]);
    const options = listOptions();
    expect(documented.map(([name]) => name)).toEqual(expect.arrayContaining(options.map(({ path }) => path)));
    expect(documented).toHaveLength(options.length);
    for (const { path, fallback } of options) {
      if (fallback !== null) expect([path, fallback]).toEqual(documented.find(([name]) => name === path));
    }
  });

  it("D79: the defaults that no key has are those of the code", () => {
    const { config } = parseConfig({ app_id: "a", sn: "s", token: "t", "server.url": "ws://a/ws" }, new Map(), []);
    const defaultOf = (path: string) => table("Every option", "Option").find(([name]) => code(name) === path)?.[1];
    expect(defaultOf("reconnect.probe")).toBe(formatMs(config.schedule.probeMs ?? 0));
    expect(config).toMatchObject({ heartbeatMs: null, followPolicy: true, isOwnSchedule: false, outbox: OUTBOX_LIMIT });
  });

  it("D79: has the presets in numbers", () => {
    const rows = table("Every option", "Preset").map(([name, ...cells]) => [code(name), ...cells.slice(0, 6)]);
    const presets = Object.entries(PRESETS).map(([name, preset]) => [
      name,
      String(preset.maxRetries),
      formatMs(preset.baseDelayMs),
      formatMs(preset.maxDelayMs),
      `${preset.jitter * 100}%`,
      formatMs(preset.firstDelayMs[1]),
      formatMs(preset.dialTimeoutMs),
    ]);
    expect(rows).toEqual(presets);
  });

  it("D79: every cause it names leads to the strategy it names", () => {
    const nothing = { closeCode: null, closeReason: "", status: null, retryAfterMs: null, error: null };
    let checked = 0;
    for (const [cause = "", strategy] of table("What it does, cause by cause", "Cause")) {
      const numbers = (pattern: RegExp) =>
        [...cause.matchAll(pattern)].flatMap(([, list = ""]) => (list.match(/\d{3,4}/g) ?? []).map(Number));
      const verdicts = [
        ...numbers(/closes? ([\d, ]+)/g).map((closeCode) => verdictOfEnd({ ...nothing, closeCode })),
        ...numbers(/HTTP ([\d, ]+)/g).map((status) => verdictOfEnd({ ...nothing, status })),
        ...numbers(/login answered ([\d, or]+)/g).map((answer) => verdictOfRefusal(answer, null)),
        ...(cause.match(/\bE[A-Z]{6,}\b/g) ?? []).map((name) =>
          verdictOfEnd({ ...nothing, error: Object.assign(new Error(name), { code: name }) }),
        ),
      ];
      checked += verdicts.length;
      expect(
        verdicts.map((verdict) => verdict.strategy),
        cause,
      ).toEqual(verdicts.map(() => strategy));
    }
    expect(checked).toBeGreaterThan(25);
  });

  it("D79: the strategies' numbers are the code's", () => {
    const { exponential_backoff, reauthenticate, wait_for_service, immediate, slow_probe } = STRATEGY;
    const s = (ms: number) => ms / 1_000;
    const [, latest] = exponential_backoff.firstDelayMs;
    const polls = [1, 2, 4].map((factor) => s(wait_for_service.firstPollMs * factor)).join(", ");
    const numbers = {
      exponential_backoff: `first dial after 0 to ${s(latest)} s; then \`base_delay\` doubled up to \`max_delay\`, 0 to ${exponential_backoff.jitter[1] * 100} % added`,
      wait_for_service: `after ${polls}, 40 and then every ${s(wait_for_service.maxPollMs)} s (+-${wait_for_service.jitter[1] * 100} %); once healthy it dials after 0 to ${s(wait_for_service.dialAfterMs[1])} s`,
      reauthenticate: `a dial ${s(reauthenticate.delayMs)} s later; ${reauthenticate.tries} tries`,
      immediate: `dials after 0 to ${s(immediate.firstDelayMs[1])} s`,
      slow_probe: `every ${slow_probe.everyMs / 60_000} min (+-${slow_probe.jitter[1] * 100} %)`,
    };
    const rows = table("What it does, cause by cause", "Cause");
    for (const [strategy, text] of Object.entries(numbers)) {
      expect(rows.find(([, name]) => name === strategy)?.[2], strategy).toContain(text);
    }
    expect(DOCUMENT).toContain(`once it has been healthy for ${RETURN_AFTER_MS / 60_000} min`);
  });

  it("D79: lists every option of DogClient", () => {
    const options: Record<keyof Required<DogClientOptions>, true> = {
      url: true,
      servers: true,
      appId: true,
      token: true,
      sn: true,
      refreshToken: true,
      network: true,
      firmware: true,
      labels: true,
      schedule: true,
      followPolicy: true,
      client: true,
      heartbeatMs: true,
      requestTimeoutMs: true,
      outboxLimit: true,
      watchdogMs: true,
      tls: true,
      localAddress: true,
      signal: true,
      clock: true,
      random: true,
      dial: true,
      pollHealth: true,
      resolve: true,
    };
    const names = table("As a library", "Option").flatMap(([cell = ""]) => cell.split(", ").map(code));
    expect(names.sort()).toEqual(Object.keys(options).sort());
  });

  it("D79: lists every event of DogClient, every field of its status and every option of ReconnectionClient", () => {
    const status: Record<keyof DogStatus, true> = {
      connected: true,
      reconnecting: true,
      reconnect_attempts: true,
      max_retries: true,
      next_retry_delay: true,
      has_connection: true,
      server: true,
      network: true,
      state: true,
      outage: true,
      outbox: true,
      undecodable: true,
    };
    const options: Record<keyof Required<ReconnectionOptions>, true> = {
      maxRetries: true,
      baseDelayMs: true,
      maxDelayMs: true,
      servers: true,
      handshakeTimeoutMs: true,
      watchdogMs: true,
      refreshToken: true,
      onMessage: true,
      onError: true,
      tls: true,
      localAddress: true,
      signal: true,
      resolve: true,
      clock: true,
      random: true,
      dial: true,
      pollHealth: true,
    };
    expect(table("As a library", "Event").map(([name]) => code(name))).toEqual(Object.keys(EVENT_NAMES));
    const named = (start: string, names: object) =>
      Object.keys(names).filter(
        (name) => !DOCUMENT.slice(DOCUMENT.indexOf(start)).split("\n\n")[0]?.includes(`\`${name}\``),
      );
    expect(named("`getStatus()` has", status)).toEqual([]);
    expect(named("`ReconnectionClient` is", options)).toEqual([]);
  });

  it("D79: has every rule that a test is named after", () => {
    const root = new URL("../../", import.meta.url).pathname;
    const tests = globSync("{dog,lib,server}/**/*.test.ts", { cwd: root });
    const named = tests.flatMap((path) => readFileSync(`${root}${path}`, "utf8").match(/(?<=["`])D\d+(?=[: ])/g) ?? []);
    expect(named.length).toBeGreaterThan(100);
    const rules = new Set(table("Rules", "Rule").map(([rule]) => rule));
    expect([...new Set(named)].filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it("D79: its examples of the library are files that tests run", () => {
    const { dog, watch } = createRobot("a-token");
    watch.stop();
    expect(dog.getStatus()).toMatchObject({
      server: "wss://gateway.example.com/ws",
      max_retries: PRESETS.stable.maxRetries,
    });
    expect(DOCUMENT).toContain(`\`\`\`ts\n${read("./examples/library.ts")}\`\`\``);
    expect(DOCUMENT).toContain(`\`\`\`ts\n${read("./examples/networks.ts")}\`\`\``);
  });

  it("D79: its files are right, and so are those beside the code", () => {
    const blocks = [...DOCUMENT.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text);
    const files = ["dog.yaml", "dog.mobile.yaml", "dog.lan.yaml"].map((name) => read(`./examples/${name}`));
    expect(blocks.length).toBeGreaterThan(0);
    for (const text of [...blocks, ...files]) {
      const { value, misreadings } = readYaml(text);
      expect([
        misreadings,
        parseConfig(
          value,
          new Map([
            ["token", "t"],
            ["token_file", undefined],
          ]),
          [],
        ).problems,
      ]).toEqual([[], []]);
    }
    const flags = parseCommandLine(["--config", new URL("./examples/dog.yaml", import.meta.url).pathname]);
    if ("problem" in flags) throw new Error(flags.problem);
    expect(loadConfig(flags, { env: { LEASH_DOG_TOKEN: "t" }, now: 0 }).config.sn).toBe("GB-A1-0001");
  });
});
