import { afterEach, describe, expect, it } from "vitest";
import { parseCommandLine } from "#dog/config/command-line.ts";
import { type LoadedConfig, loadConfig } from "#dog/config/load-config.ts";
import type { Browse, DiscoveredService } from "#dog/discovery/browse.ts";
import { FakeNetworkReader } from "#dog/network/testing/fake-network-reader.ts";
import { settled } from "#dog/testing/client-bench.ts";
import { FAIR, FakeNetwork } from "#dog/testing/fake-network.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { createLog } from "./log.ts";
import { DogRun } from "./run-dog.ts";

const ETHERNET = { eth0: { metric: 100, addresses: ["10.0.0.5"] } };
const WIFI = { wlan0: { metric: 100, has: ["wireless"], addresses: ["10.0.1.5"] } };

const announced = (name: string, address: string, tls = "0"): DiscoveredService => {
  const text = { tls, gateway: name };
  return { name, host: `${name}.local`, port: 8_080, addresses: [address], from: address, text };
};

function configured(...argv: string[]): LoadedConfig {
  const flags = parseCommandLine(["--sn", "D1", "--app-id", "a", ...argv]);
  if ("problem" in flags) throw new Error(flags.problem);
  return loadConfig(flags, { env: { LEASH_DOG_TOKEN: "s3cret" }, now: 0 });
}

class Bench {
  readonly clock = new FakeClock(0);
  readonly network = new FakeNetwork({ clock: this.clock, random: seededRandom(7) });
  readonly reader = new FakeNetworkReader(ETHERNET);
  readonly lines: string[] = [];
  announced: readonly DiscoveredService[] = [];
  browses = 0;
  listening: Promise<void> = Promise.resolve();
  readonly run: DogRun;

  constructor({ config, ...loaded }: LoadedConfig, change: Partial<LoadedConfig["config"]> = {}) {
    const { clock, reader, network } = this;
    let tokens: readonly string[] = [];
    const browse: Browse = async () => {
      this.browses++;
      await this.listening;
      return this.announced;
    };
    const ports = {
      clock,
      log: createLog(
        clock,
        "debug",
        () => tokens,
        (line) => this.lines.push(line.slice(25)),
      ),
      lookup: async () => ["10.9.9.9"],
      networks: reader,
      browse,
      random: seededRandom(3),
      dial: network.dial,
      pollHealth: network.pollHealth,
      onToken: (token: string) => {
        tokens = [token, ...tokens];
      },
    };
    this.run = new DogRun({ ...loaded, config: { ...config, ...change } }, ports);
  }

  async pass(ms: number, stepMs = 250): Promise<void> {
    await settled();
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      await settled();
    }
  }

  said(what: string): string[] {
    return this.lines.filter((line) => line.slice(6).startsWith(what));
  }

  /** What a stop leaves behind. */
  async leftovers(): Promise<readonly number[]> {
    const stopped = this.run.stop();
    await this.pass(3_000);
    await stopped;
    return [this.clock.pending, this.network.openLines];
  }
}

let bench: Bench;
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([0, 0]);
});

describe("one dog, run", () => {
  it("D76: an outage is told in lines: why, which server, which attempt, when next, how long it was", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"));
    bench.run.start();
    await bench.pass(1_000);
    expect(bench.said("connected")).toEqual(["info  connected server=ws://a/ws session=e.1"]);
    bench.network.weather = { ...FAIR, refused: 1 };
    bench.network.gateway("ws://a/ws").endAll("reset");
    await bench.pass(10_000);
    expect(bench.said("disconnected")[0]).toBe(
      'warn  disconnected server=ws://a/ws reason=peer_reset why="read ECONNRESET"',
    );
    expect(bench.said("retrying")[1]).toMatch(
      /^warn {2}retrying attempt=1\/10 to="dials again" next=[\d.]+s server=ws:\/\/a\/ws why="connect ECONNREFUSED"$/,
    );
    bench.network.weather = FAIR;
    await bench.pass(60_000);
    expect(bench.said("connected").at(-1)).toMatch(/session=e\.2 out=[\d.]+s dials=\d+$/);
    expect(bench.said("status").at(-1)).toMatch(
      /^info {2}status connected=true reconnecting=false reconnect_attempts=\d+ max_retries=10 next_retry_delay=0s has_connection=true .*server=ws:\/\/a\/ws/,
    );
    expect(bench.lines.join()).not.toContain("s3cret");
  });

  it("D76: a refused login, a token that is read again, and what the operator sets are told", async () => {
    const loaded = configured("--url", "ws://a/ws");
    bench = new Bench({ ...loaded, rereadToken: () => "n3w-token" });
    const gateway = bench.network.gateway("ws://a/ws");
    gateway.tokens.add("n3w-token");
    gateway.answerArgs = { policy: { max_retries: 4, base_delay_ms: 2_000, max_delay_ms: 8_000 } };
    bench.run.start();
    await bench.pass(20_000);
    expect(bench.said("login refused")).toEqual(['warn  login refused server=ws://a/ws code=401 why="code 401"']);
    expect(bench.said("retrying")[0]).toContain('attempt=1/5 to="gets a new token"');
    expect(bench.said("new token read")).toHaveLength(1);
    expect(bench.said("policy")).toEqual(["info  policy max_retries=4 base_delay=2.0s max_delay=8.0s"]);
    expect(gateway.logins.map(({ token }) => token)).toEqual(["n3w-token"]);
    expect(bench.lines.join()).not.toContain("n3w-token");
  });

  it("D78: another network has its own servers and numbers, dialled at once", async () => {
    const loaded = configured("--url", "ws://a/ws");
    const { schedule } = loaded.config;
    const wifi = { servers: ["ws://w/ws"], schedule: { ...schedule, maxRetries: 3 } };
    bench = new Bench(loaded, { networks: { wifi }, isOwnSchedule: true, followPolicy: false });
    bench.run.start();
    await bench.pass(1_000);
    bench.reader.interfaces = WIFI;
    await bench.pass(4_000);
    expect(bench.said("network")).toEqual(["info  network now=wifi over=wlan0 before=ethernet"]);
    const [login] = bench.network.gateway("ws://w/ws").logins;
    expect(login).toMatchObject({ network: "wifi", schedule: { max_retries: 3 } });
    bench.reader.interfaces = ETHERNET;
    await bench.pass(10_000);
    expect(bench.network.gateway("ws://a/ws").logins.at(-1)).toMatchObject({
      network: "ethernet",
      schedule: { max_retries: 10 },
    });
  });

  it("D78: it starts with the servers and numbers of the network it is on, and leaves them behind with it", async () => {
    const loaded = configured("--url", "ws://a/ws");
    const ethernet = { servers: ["ws://e/ws"], schedule: { ...loaded.config.schedule, maxRetries: 3 } };
    bench = new Bench(loaded, { networks: { ethernet }, isOwnSchedule: true, followPolicy: false });
    bench.run.start();
    await bench.pass(1_000);
    expect(bench.network.gateway("ws://e/ws").logins[0]).toMatchObject({ schedule: { max_retries: 3 } });
    bench.reader.interfaces = WIFI;
    await bench.pass(4_000);
    expect(bench.network.gateway("ws://a/ws").logins[0]).toMatchObject({ schedule: { max_retries: 10 } });
  });

  it("D78: another network of the same kind keeps the servers that were found", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"), {
      discovery: { mdns: true, timeoutMs: 1, allowInsecure: true },
    });
    bench.announced = [announced("one", "10.0.0.9")];
    bench.run.start();
    await bench.pass(1_000);
    bench.reader.interfaces = { eth0: { metric: 100, addresses: ["10.0.0.77"] } };
    await bench.pass(4_000);
    expect(bench.network.gateway("ws://10.0.0.9:8080/ws").logins).toHaveLength(2);
  });

  it("D78: a network that is told is not looked for", async () => {
    bench = new Bench(configured("--url", "ws://a/ws", "--network", "cellular"));
    bench.run.start();
    bench.reader.interfaces = WIFI;
    await bench.pass(10_000);
    expect(bench.network.gateway("ws://a/ws").logins.map(({ network }) => network)).toEqual(["cellular"]);
    expect(bench.said("network")).toEqual([]);
  });
});

describe("servers that announce themselves", () => {
  const mdns = { mdns: true, timeoutMs: 2_000, allowInsecure: true };

  it("D78: without any it looks again, ever later, and begins with the first it finds", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"), { discovery: mdns, servers: [] });
    bench.run.start();
    await bench.pass(34_000);
    expect(bench.said("no gateway found").map((line) => line.slice(23))).toEqual(["next=5s", "next=10s", "next=20s"]);
    bench.announced = [announced("gw", "10.0.0.9")];
    await bench.pass(3_000);
    expect(bench.said("found")).toEqual(["info  found server=ws://10.0.0.9:8080/ws gateway=gw"]);
    expect(bench.network.gateway("ws://10.0.0.9:8080/ws").logins).toHaveLength(1);
  });

  it("D78: in an outage it looks for others, and dials a new one at once; logged in it does not look", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"), { discovery: mdns });
    bench.announced = [announced("one", "10.0.0.9")];
    bench.run.start();
    await bench.pass(120_000);
    expect(bench.browses).toBe(1);
    bench.network.weather = { ...FAIR, refused: 1 };
    bench.network.gateway("ws://10.0.0.9:8080/ws").endAll("reset");
    bench.announced = [announced("two", "10.0.0.10")];
    await bench.pass(5_000, 100);
    expect(bench.network.dials.at(-1)?.url).toBe("ws://10.0.0.10:8080/ws");
    expect(bench.said("servers").at(-1)).toBe('info  servers found="ws://10.0.0.10:8080/ws ws://a/ws"');
  });

  it("D78: gateways that change from ws to wss, or back, do not strand a dog that may use whatever it hears", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"), { discovery: mdns, servers: [] });
    const plain = "ws://10.0.0.9:8080/ws";
    bench.announced = [announced("one", "10.0.0.9")];
    bench.run.start();
    await bench.pass(10_000);
    bench.network.weather = { ...FAIR, refused: 1 };
    bench.network.gateway(plain).endAll("reset");
    bench.announced = [announced("one", "10.0.0.9", "1")];
    await bench.pass(10_000);
    expect(bench.network.dials.at(-1)?.url).toBe("wss://one.local:8080/ws");
    bench.announced = [announced("one", "10.0.0.9")];
    await bench.pass(60_000);
    expect(bench.network.dials.at(-1)?.url).toBe(plain);
  });

  it("D65: a stranger's announcement is no server beside those of another network, and ends nothing", async () => {
    const loaded = configured("--url", "wss://a/ws");
    const { schedule, servers } = loaded.config;
    bench = new Bench(loaded, {
      discovery: mdns,
      networks: { wifi: { servers, schedule } },
      servers: [],
    });
    bench.announced = [announced("stranger", "10.0.0.66")];
    bench.run.start();
    await bench.pass(10_000);
    expect(bench.network.dials).toEqual([]);
    expect(bench.said("not used").join()).toContain("is not wss");
    expect(bench.said("no gateway found")).toHaveLength(2);
  });

  it("D78: a network that changes while it looks takes its servers along", async () => {
    const loaded = configured("--url", "ws://a/ws");
    const { schedule } = loaded.config;
    bench = new Bench(loaded, { discovery: mdns, networks: { wifi: { servers: ["ws://hall/ws"], schedule } } });
    const { promise, resolve } = Promise.withResolvers<void>();
    bench.listening = promise;
    bench.run.start();
    await bench.pass(1_000);
    bench.reader.interfaces = WIFI;
    await bench.pass(4_000);
    resolve();
    await bench.pass(1_000);
    expect(bench.network.dials.map(({ url }) => url)).toEqual(["ws://hall/ws"]);
  });

  it("D78: stopped while it looks, it does not begin", async () => {
    bench = new Bench(configured("--url", "ws://a/ws"), { discovery: mdns });
    bench.run.start();
    await bench.run.stop();
    await bench.pass(10_000);
    expect(bench.network.dials).toEqual([]);
  });
});
