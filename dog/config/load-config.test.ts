import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCertificate } from "#dog/testing/certificate.ts";
import { type Flags, parseCommandLine } from "./command-line.ts";
import { type LoadedConfig, loadConfig } from "./load-config.ts";
import { DogConfigError } from "./problems.ts";

const NOW = Date.UTC(2026, 0, 1);
let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "dog-config-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function flags(...argv: string[]): Flags {
  const parsed = parseCommandLine(argv);
  if ("problem" in parsed) throw new Error(parsed.problem);
  return parsed;
}

function load(text: string, argv: readonly string[] = [], env: Record<string, string> = {}): LoadedConfig {
  return loadConfig(flags("--config", file("dog.yaml", text), ...argv), { env, now: NOW });
}

/** The lines of the error, without the file's path. */
function problems(text: string, argv: readonly string[] = [], env: Record<string, string> = {}): readonly string[] {
  try {
    load(text, argv, env);
  } catch (error) {
    if (!(error instanceof DogConfigError)) throw error;
    return error.problems.map((line) => line.replaceAll(`${dir}/`, ""));
  }
  return [];
}

const BASE = "app_id: a\nsn: D1\ntoken: T0ken\n";
const WHOLE = `${BASE}server: {url: "ws://a/ws"}\n`;

describe("what a file says", () => {
  it("D74: the seed's file is understood as it stands", () => {
    const { config, warnings, notes } = load(`app_id: dog_prod_001
sn: PROD_SN_2024001
token: t
network:
  type: "static"  # 或 "dhcp"
  ip: "192.168.1.100"
  netmask: "255.255.255.0"
  gateway: "192.168.1.1"
  dns:
    - "8.8.8.8"
    - "114.114.114.114"

  server:
    url: "ws://management-platform.com/ws"
    backup_url: "ws://backup-server.com/ws"
`);
    expect(config.servers).toEqual(["ws://management-platform.com/ws", "ws://backup-server.com/ws"]);
    expect(notes).toEqual([expect.stringContaining("the operating system's to set")]);
    expect(warnings).toEqual([]);
  });

  it.each([
    ["beside network", "server:\n  url: ws://a/ws\n  backup_url: [ws://b/ws, ws://c/ws]\n"],
    ["with dots", "server.url: ws://a/ws\nserver.backup_url: [ws://b/ws, ws://c/ws]\n"],
    ["inside network, with dots", "network.server.url: ws://a/ws\nnetwork.server.backup_url: [ws://b/ws, ws://c/ws]\n"],
  ])("D74: servers %s", (_, text) => {
    expect(load(BASE + text).config.servers).toEqual(["ws://a/ws", "ws://b/ws", "ws://c/ws"]);
  });

  it("D75: a value is the text that stands there: a serial number keeps its zeros", () => {
    const { config } = load(
      "app_id: 1e3\nsn: 00123\ntoken: 0x10\nfirmware: 2.10\nserver.url: ws://a/ws\nlabels: {yes: no}\n",
    );
    expect([config.appId, config.sn, config.firmware, config.labels]).toEqual(["1e3", "00123", "2.10", { yes: "no" }]);
  });

  it("D75: bare seconds and Go durations mean the same, and an option with nothing behind it is not there", () => {
    const text = `${WHOLE}reconnect:\n  base_delay: 2\n  max_delay: 1m30s\n  jitter: 20%\n  probe:\nlabels:\n  # site: hall\noutbox.bytes: 64KiB\n`;
    const { config } = load(text);
    expect(config.schedule).toMatchObject({ baseDelayMs: 2_000, maxDelayMs: 90_000, jitter: 0.2, probeMs: 300_000 });
    expect(config.outbox).toEqual({ messages: 1_000, bytes: 65_536 });
    expect(config.labels).toEqual({});
  });

  it("D74: a network has its own servers and numbers; what it does not say is the general one's", () => {
    const { config } = load(`${WHOLE}reconnect: {max_retries: 7}
networks:
  wifi: {base_delay: 3s}
  cellular: {preset: mobile, servers: ws://m/ws}
`);
    expect(config.networks.wifi).toMatchObject({
      servers: ["ws://a/ws"],
      schedule: { maxRetries: 7, baseDelayMs: 3_000 },
    });
    expect(config.networks.cellular).toMatchObject({ servers: ["ws://m/ws"], schedule: { maxRetries: 20 } });
    expect(config.networks.ethernet).toBeUndefined();
  });

  it("D74: the operator's policy holds where the file has no numbers of its own", () => {
    expect(load(WHOLE).config).toMatchObject({ isOwnSchedule: false, followPolicy: true });
    expect(load(`${WHOLE}reconnect.probe: 1m\n`).config).toMatchObject({ isOwnSchedule: true, followPolicy: true });
    expect(load(`${WHOLE}reconnect.preset: mobile\n`).config).toMatchObject({
      isOwnSchedule: true,
      followPolicy: false,
    });
  });
});

describe("what is wrong with it", () => {
  it("D70: every problem is in one list: where, which option, what came, what is expected", () => {
    const text = `app_id: a
sn: two words
heartbeat: 1m
network:
  dns: [8.8.8.8, 8.8.8]
  server:
    url: http://a/ws
reconnect:
  max_delay: soon
  jitter: 1.5
tls: off
`;
    expect(problems(text)).toEqual([
      "dog.yaml: token: is missing; expected token, token_file or token_env here, --token, or the variable LEASH_DOG_TOKEN",
      'dog.yaml:2: sn: got "two words", expected 1 to 64 of A-Z a-z 0-9 _ -',
      "dog.yaml:3: heartbeat: got 1m, expected less than watchdog (45s)",
      'dog.yaml:5: network.dns[1]: got "8.8.8", expected an IP address such as 192.168.1.1 or 2001:db8::1',
      'dog.yaml:7: network.server.url: got "http://a/ws", expected ws:// or wss:// with a host, such as wss://gateway.example.com/ws, and no credential in it',
      'dog.yaml:9: reconnect.max_delay: got "soon", expected seconds or a duration such as 500ms, 30s or 1m30s, from 1ms to 24h',
      'dog.yaml:10: reconnect.jitter: got "1.5", expected a share from 0 to 1, or 0% to 100%',
      'dog.yaml:11: tls: got "off", expected a section with keys of its own',
    ]);
  });

  it.each([
    ["sn: 'D1", "1:8", "a `:`, a quote or a bracket is missing"],
    ["app_id: a\n\tsn: D1", "2:1", "a tab cannot indent: use spaces"],
    ["app_id: a\napp_id: b", "2:1", "this key is there twice"],
    ["token: @secret", "1:8", "a value cannot begin with this character: put it in quotes"],
    ["token: *secret", "1:8", "anchors, aliases and tags are not supported"],
    ["- a", "1:1", "expected `key: value` lines at the top of the file"],
  ])("D70: %j is no file of ours, and the line says where", (text, at, what) => {
    expect(problems(text)).toEqual([expect.stringMatching(new RegExp(`^dog.yaml:${at}: `))]);
    expect(problems(text)[0]).toContain(what);
  });

  it.each([
    ["reconect: {}", "reconect: is no option; did you mean reconnect?"],
    ["reconnect: {maxDelay: 1}", "reconnect.maxDelay: is no option; did you mean reconnect.max_delay?"],
    ["max_retries: 3", "max_retries: is no option; did you mean reconnect.max_retries?"],
    ["ServerURL: ws://a", "ServerURL: is no option; did you mean server.url?"],
    ["AppID: a", "AppID: is no option; did you mean app_id?"],
    ["networks: {lan: {}}", "networks.lan: is no option; expected one of wifi, cellular, ethernet"],
    ["networks: {wifi: {server: ws://a}}", "networks.wifi.server: is no option; did you mean networks.wifi.servers?"],
    ["tls: {zzzz: 1}", "tls.zzzz: is no option; expected one of ca, cert, key"],
    ["zzzzzzzzzz: 1", "zzzzzzzzzz: is no option; docs/DOG.md lists them all"],
    ["__proto__: {a: 1}", "__proto__: is no option; docs/DOG.md lists them all"],
  ])("D73: %s is refused, with what was probably meant", (line, expected) => {
    expect(problems(`${WHOLE}${line}\n`)).toEqual([`dog.yaml:5: ${expected}`]);
  });

  it.each([
    ["server.url: wss://a/ws\nserver.backup_url: ws://b/ws", "server.backup_url: ws:// beside wss://"],
    ["server.url: wss://a/ws\nnetworks: {wifi: {servers: ws://b/ws}}", "networks.wifi.servers: ws:// beside wss://"],
    ["server.url: ws://a/ws\nserver.backup_url: ws://a/ws", "server.backup_url: is server.url once more"],
    ["server.url: ws://a/ws\nserver.backup_url: [ws://b/ws, ws://b/ws]", "the same server as server.backup_url[0]"],
    ["server.url: ws://a/ws\nnetwork.server.url: ws://b/ws", "network.server: is given beside server"],
    ["server.url: ws://a/ws\nserver: {url: ws://b/ws}", "server.url: is given twice"],
    ["server.url: ws://a/ws\ntls.cert: c.pem", "tls.cert: has no tls.key beside it"],
    ["server.url: ws://a/ws\ntls.key: c.pem", "tls.key: has no tls.cert beside it"],
    [
      "server.url: ws://a/ws\nreconnect: {max_delay: 500ms}",
      "reconnect.max_delay: got 500ms, expected at least base_delay (1s)",
    ],
    [
      "server.url: ws://a/ws\nnetworks: {wifi: {base_delay: 2m}}",
      "wifi.base_delay: got 2m, expected at most max_delay (30s)",
    ],
    ["server.url: ws://a/ws\nwatchdog: 20s", "watchdog: got 20s, expected more than heartbeat (30s)"],
    ["server.url: ws://a/ws\ntoken_env: X", "token_env: is given beside token; keep one"],
    ["server.url: ws://a/ws\nnetwork: {type: dhcp, ip: 10.0.0.2}", "network.ip: contradicts network.type dhcp"],
    ["server.url: ws://a/ws\nnetwork: {type: static}", "network.type: is static; expected network.ip as well"],
    ["dns.fallback.a.b: {a: {b: [c]}}", "dns.fallback.a.b[0]: got a section, expected an IP address"],
    ["server.backup_url: ws://b/ws", "server.backup_url: has no server.url before it; the primary belongs there"],
    ["network.server.backup_url: ws://b/ws", "network.server.backup_url: has no network.server.url before it"],
    ["server.url: ws://a/ws\ndns.timeout: 4s", 'dns.timeout: got "4s", expected'],
    [
      "server.url: ws://a/ws\nreconnect: {dial_timeout: 5s}",
      "reconnect.dial_timeout: got 5s, expected at least twice dns.timeout (3s)",
    ],
    [
      "server.url: ws://a/ws\ndns.timeout: 2s\nreconnect: {preset: mobile, dial_timeout: 3s}",
      "dns.timeout: got 2s, expected at most half of reconnect.dial_timeout (3s)",
    ],
    ["server.backup_url: []", "got an empty list, expected at least one value"],
  ])("D72: %j contradicts itself", (text, expected) => {
    expect(problems(`${BASE}${text}\n`).join("\n")).toContain(expected);
  });

  it("D72: a server must be known, or looked for", () => {
    expect(problems(BASE)).toEqual([expect.stringContaining("server.url: is missing")]);
    expect(load(`${BASE}discovery.mdns: true\n`).config.servers).toEqual([]);
  });

  it("D70: a flag is named as a flag", () => {
    expect(problems(BASE, ["--url", "ws://a/ws", "--sn", "a b", "--network", "5g", "--log-level", "loud"])).toEqual([
      '--sn: got "a b", expected 1 to 64 of A-Z a-z 0-9 _ -',
      '--network: got "5g", expected one of auto, wifi, cellular, ethernet',
      '--log-level: got "loud", expected one of debug, info, warn, error',
    ]);
  });
});

describe("command line, environment, file", () => {
  it("D74: the command line wins, then the environment, then the file", () => {
    const env = { LEASH_DOG_TOKEN: "of-env" };
    expect(load(WHOLE).token).toBe("T0ken");
    expect(load(WHOLE, [], env).token).toBe("of-env");
    expect(load(WHOLE, ["--token", "of-flag"], env).token).toBe("of-flag");
    const { config } = load(WHOLE, ["--sn", "D2", "--app-id", "b", "--network", "wifi", "--log-level", "debug"]);
    expect(config).toMatchObject({ sn: "D2", appId: "b", network: "wifi", logLevel: "debug" });
  });

  it("D74: --url stands for every server of the file, those of networks and of discovery too", () => {
    const text = `${WHOLE}networks: {wifi: {servers: ws://w/ws, preset: stable}}\ndiscovery: {mdns: true}\n`;
    const { config } = load(text, ["--url", "wss://x/ws", "--url", "wss://y/ws"]);
    expect(config.servers).toEqual(["wss://x/ws", "wss://y/ws"]);
    expect(config.networks.wifi).toMatchObject({ servers: ["wss://x/ws", "wss://y/ws"], schedule: { maxRetries: 8 } });
    expect(config.discovery.mdns).toBe(false);
  });

  it("D74: without a file the flags are enough, and what they lack is said", () => {
    const all = ["--url", "ws://a/ws", "--sn", "D1", "--app-id", "a", "--token", "T"];
    expect(loadConfig(flags(...all), { env: {}, now: NOW }).config.servers).toEqual(["ws://a/ws"]);
    expect(() => loadConfig(flags("--url", "ws://a/ws"), { env: {}, now: NOW })).toThrow(
      /3 problems\n {2}app_id: is missing.*\n {2}sn: is missing.*\n {2}token: is missing/,
    );
  });

  it("D74: a token may stand in a variable or in a file of its own, which is read again", () => {
    expect(load("app_id: a\nsn: D1\nserver.url: ws://a/ws\ntoken_env: MY\n", [], { MY: "abc" }).token).toBe("abc");
    const path = file("token", "one\n");
    const { token, rereadToken, warnings } = load("app_id: a\nsn: D1\nserver.url: ws://a/ws\ntoken_file: token\n");
    writeFileSync(path, "two\n");
    expect([token, rereadToken?.(), warnings]).toEqual(["one", "two", []]);
    expect(problems("app_id: a\nsn: D1\nserver.url: ws://a/ws\ntoken_env: NONE\n")[0]).toContain("NONE is not set");
    expect(problems("app_id: a\nsn: D1\nserver.url: ws://a/ws\ntoken_file: none\n")[0]).toContain("(ENOENT)");
  });

  it("D71: a file that holds a secret and is open to all is a warning", () => {
    file("token", "one", 0o644);
    expect(load("app_id: a\nsn: D1\nserver.url: ws://a/ws\ntoken_file: token\n").warnings[0]).toContain("chmod 600");
    chmodSync(file("open.yaml", WHOLE), 0o644);
    const { warnings } = loadConfig(flags("--config", join(dir, "open.yaml")), { env: {}, now: NOW });
    expect(warnings[0]).toContain("every user of this machine can read it and it holds the token");
  });

  it("D71: no error repeats the token, wherever it was put", () => {
    const secret = "s3cret-t0ken";
    const lines = [
      `token: "${secret} x"`,
      `token: [${secret}]`,
      `token: {${secret}: 1}`,
      `server.url: ws://a/ws?token=${secret}`,
      `server.url: ws://${secret}@a/ws`,
      `server.backup_url: http://a/${secret}`,
      `sn: "${secret}!"`,
      `tokn: ${secret}`,
      `tls: ${secret}`,
      `token: "${secret}`,
      `token: @${secret}`,
      `token: !${secret} x`,
    ];
    for (const line of lines) {
      const said = problems(`app_id: a\n${line}\n`, [], { LEASH_DOG_TOKEN: secret }).join("\n");
      expect(said, line).not.toBe("");
      // A key's name is what the list is about; nobody hides a token there by mistake.
      if (!line.includes("{")) expect(said, line).not.toContain(secret);
    }
  });

  it("D70: whatever a file holds, the answer is a configuration or a list", () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom("[", "{", "- x", "|", "&a", "*a", "!!int 3", "\t", "{a: {b: [c]}}"),
    );
    const key = fc.constantFrom(
      "app_id",
      "sn",
      "token",
      "server",
      "server.url",
      "network",
      "labels",
      "dns.fallback.a.b",
      "tls",
      "x",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (lines) => {
        const text = lines.map(([name, inner]) => `${name}: ${inner}`).join("\n");
        try {
          load(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DogConfigError);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("certificates", () => {
  it("D72: PEM is read beside the file, and must be what it is said to be", () => {
    const one = createCertificate({ commonName: "dog" });
    const other = createCertificate({ commonName: "other" });
    file("dog.pem", one.cert);
    file("dog.key", one.key);
    file("other.key", other.key);
    const text = `${BASE}server.url: wss://a/ws\ntls: {ca: dog.pem, cert: dog.pem, key: dog.key}\n`;
    expect(load(text).tls).toEqual({ ca: one.cert, cert: one.cert, key: one.key });
    expect(problems(text.replace("key: dog.key", "key: other.key"))[0]).toContain(
      "tls.key: is not the key of tls.cert",
    );
    expect(problems(text.replace("ca: dog.pem", "ca: dog.key"))[0]).toContain("tls.ca: holds no certificate");
    expect(problems(text.replace("key: dog.key", "key: dog.pem"))[0]).toContain("tls.key: holds no private key");
  });

  it("D72: half of the shortest dial is enough for its name, and every preset leaves as much", () => {
    for (const preset of ["standard", "stable", "unstable", "mobile"])
      expect(load(`${WHOLE}reconnect.preset: ${preset}\n`).config.dns.timeoutMs).toBe(3_000);
    expect(load(`${WHOLE}dns.timeout: 2s\nreconnect.dial_timeout: 4s\n`).config.dns.timeoutMs).toBe(2_000);
  });

  it("D72: an address without a path, where every dial would be 404, is a warning", () => {
    const text = `${BASE}server: {url: "ws://a:8080", backup_url: [ws://b/ws, ws://c/]}\nnetworks.wifi.servers: ws://d\n`;
    expect(load(text).warnings).toEqual(
      ["server.url: ws://a:8080", "server.backup_url: ws://c/", "networks.wifi.servers: ws://d"].map(
        (what) => `${what} has no path; gateways answer at /ws, and 404 elsewhere`,
      ),
    );
  });

  it("D72: what is set and cannot be used is a warning", () => {
    const one = createCertificate({ commonName: "dog" });
    file("dog.pem", one.cert);
    const text = `${WHOLE}tls.ca: dog.pem\ndns.fallback: {b: 10.0.0.1, a: [10.0.0.2, 10.0.0.3]}\n`;
    expect(load(text).config.dns.fallback).toEqual({ b: ["10.0.0.1"], a: ["10.0.0.2", "10.0.0.3"] });
    expect(load(text).warnings).toEqual([
      "dns.fallback.b: no server has this name; it is not used",
      "tls: no server is wss://; the certificates are not used",
    ]);
    const late = loadConfig(flags("--config", file("d.yaml", text)), { env: {}, now: Date.UTC(2060, 0) });
    expect(late.warnings.join()).toContain("tls.ca: a certificate ended on");
  });
});
