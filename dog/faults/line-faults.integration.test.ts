import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DogClientOptions } from "#dog/client/dog-client-options.ts";
import { ChaosProxy } from "#dog/testing/chaos-proxy.ts";
import type { ToxicInput } from "#dog/testing/toxic.ts";
import { WatchedDog } from "#dog/testing/watched-dog.ts";
import type { DogConnected } from "#lib/fleet/event.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";

/** A dog in a hurry: what takes minutes in the field takes a second here. */
const SCHEDULE = {
  firstDelayMs: [0, 50],
  baseDelayMs: 50,
  maxDelayMs: 200,
  jitter: 0.5,
  dialTimeoutMs: 1_500,
} as const;
/** Ten pings: where dog, proxy and test share a processor a second without one is nobody's fault. */
const WATCHDOG_MS = 2_000;
const READ_TIMEOUT_MS = 3_000;
const GATEWAY = { APP_PINT_TIME: "200ms", SILENT_AFTER: "1600ms", APP_PING_READ_TIMEOUT: `${READ_TIMEOUT_MS}ms` };
/** What a busy machine may take on top of a bound. */
const SLACK_MS = 1_500;
/** A wait, and a dial that may run into its time-out; one retry of the backoff on top. */
const RETURNS_WITHIN_MS = 300 + 2 * SCHEDULE.dialTimeoutMs + SLACK_MS;

let rig: GatewayRig;
let proxy: ChaosProxy;
const dogs: WatchedDog[] = [];
let sn = "";
let dogCount = 0;

beforeAll(async () => {
  rig = await GatewayRig.create();
  await rig.start(GATEWAY);
});

afterAll(() => rig.close());

beforeEach(async () => {
  sn = `D${++dogCount}`;
  proxy = await ChaosProxy.start({ target: { host: "127.0.0.1", port: Number(new URL(rig.url).port) } });
});

afterEach(async () => {
  await Promise.all(dogs.splice(0).map((dog) => dog.client.stop()));
  await proxy.close();
});

async function dogOn(url: string, more: Partial<DogClientOptions> = {}): Promise<WatchedDog> {
  const dog = new WatchedDog({
    url,
    appId: "app",
    token: RIG_TOKEN,
    sn,
    schedule: SCHEDULE,
    watchdogMs: WATCHDOG_MS,
    ...more,
  });
  dogs.push(dog);
  await dog.client.start();
  return dog;
}

const logins = (): DogConnected[] =>
  rig.stored().filter((event) => event.type === "dog.connected" && event.sn === sn) as unknown as DogConnected[];

/**
 * Every outage of `dog` is in the journal once, as it told it. To the gateway a dog that drops while it settles is still in the
 * same outage (R14), so the row has the dials of all of them, as reported.
 */
async function toldOnce(dog: WatchedDog): Promise<void> {
  const told = dog.all("connected").flatMap(({ outage }) => (outage ? [outage] : []));
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  expect(told.length).toBe(dog.all("disconnected").length);
  await until("the logins are in the journal", 5_000, () => logins().length === dog.all("connected").length);
  expect(logins().flatMap(({ outage }) => (outage ? [[outage.id, outage.dials]] : []))).toEqual(
    told.map(({ id, dials }) => [id, dials]),
  );
  const row = await rig.dogOf(sn);
  const dials = told.reduce((sum, outage) => sum + outage.dials, 0);
  expect(row).toMatchObject({ dials, is_connected: true, schedule_source: "reported", estimated: false });
}

interface Fault {
  readonly rule: string;
  readonly what: string;
  readonly toxic: ToxicInput | "cut fin" | "cut reset";
  /** The dog has noticed after so long. */
  readonly noticedWithinMs: number;
  readonly reasons: readonly ReasonCode[];
}

const AT_ONCE_MS = SLACK_MS;
/** The gateway pings this often: what needs bytes to strike strikes then. */
const NEXT_PING_MS = 200 + SLACK_MS;
const FAULTS: readonly Fault[] = [
  {
    rule: "D92",
    what: "a line that swallows everything is noticed by the watchdog",
    toxic: { type: "blackhole" },
    noticedWithinMs: WATCHDOG_MS + SLACK_MS,
    reasons: ["network_timeout"],
  },
  {
    rule: "D92",
    what: "a half-open line, nothing comes down, is noticed by the watchdog",
    toxic: { type: "blackhole", direction: "down" },
    noticedWithinMs: WATCHDOG_MS + SLACK_MS,
    reasons: ["network_timeout"],
  },
  {
    rule: "D92",
    what: "a half-open line, nothing gets up, is noticed by the gateway, which says so",
    toxic: { type: "blackhole", direction: "up" },
    noticedWithinMs: READ_TIMEOUT_MS + 1_000 + SLACK_MS,
    reasons: ["network_timeout"],
  },
  {
    rule: "D93",
    what: "an RST is noticed at once",
    toxic: "cut reset",
    noticedWithinMs: AT_ONCE_MS,
    reasons: ["peer_reset"],
  },
  {
    rule: "D93",
    what: "a FIN without a close frame is noticed at once",
    toxic: "cut fin",
    noticedWithinMs: AT_ONCE_MS,
    reasons: ["abnormal_closure", "connection_reset"],
  },
  {
    rule: "D93",
    what: "a frame cut in its midst is noticed at once",
    toxic: { type: "truncate", direction: "down" },
    noticedWithinMs: NEXT_PING_MS,
    reasons: ["abnormal_closure", "connection_reset", "network_interrupted"],
  },
  {
    rule: "D93",
    what: "a line that dies after some bytes, again and again",
    toxic: { type: "reset", afterBytes: 20, direction: "down" },
    noticedWithinMs: 8 * NEXT_PING_MS,
    reasons: ["peer_reset"],
  },
];

describe("a session that a fault ends", () => {
  it.each(FAULTS)("$rule: $what; the dog comes back and tells of it once", async (fault) => {
    const dog = await dogOn(proxy.url("ws", "/ws"));
    const since = performance.now();
    if (fault.toxic === "cut fin" || fault.toxic === "cut reset")
      proxy.cut(fault.toxic === "cut fin" ? "fin" : "reset");
    else await proxy.add(fault.toxic);
    await until("the dog notices", fault.noticedWithinMs + SLACK_MS, () => dog.all("disconnected").length === 1);
    const [noticed] = dog.all("disconnected");
    expect((noticed?.at ?? 0) - since).toBeLessThanOrEqual(fault.noticedWithinMs);
    expect(fault.reasons).toContain(noticed?.reason);
    await proxy.removeAll();
    await until("the dog is back", RETURNS_WITHIN_MS, () => dog.isUp && dog.all("connected").length === 2);
    await toldOnce(dog);
    // And once more, the plain way: neither outage is told again.
    proxy.cut("reset");
    await until("the dog is back again", RETURNS_WITHIN_MS, () => dog.all("connected").length === 3);
    await toldOnce(dog);
  });

  it("D94: a forced reconnect through the proxy: back within a second, the ticket says so", async () => {
    const dog = await dogOn(proxy.url("ws", "/ws"));
    const since = performance.now();
    const { status, body } = await rig.api("/api/reconnection/force", { client_id: sn });
    expect(status).toBe(202);
    await until("the dog is back", 1_000 + SLACK_MS, () => dog.all("connected").length === 2);
    expect(dog.all("disconnected")).toMatchObject([{ reason: "forced_reconnect" }]);
    expect(performance.now() - since).toBeLessThanOrEqual(1_000 + SLACK_MS);
    const [ticket] = body.tickets as { ticket: string }[];
    const state = async () => (await rig.api(`/api/reconnection/force/${ticket?.ticket}`)).body.status;
    await until("the ticket is authenticated", 2_000, async () => (await state()) === "authenticated");
  });
});

describe("a poor line that is no fault", () => {
  it("D95: latency alone drops nobody", async () => {
    const dog = await dogOn(proxy.url("ws", "/ws"));
    await proxy.add({ type: "latency", delayMs: 250, jitterMs: 200 });
    for (let beat = 0; beat < 4; beat++) {
      expect((await dog.client.send("/api/heartbeat", {}, { timeoutMs: 5_000 })).code).toBe(0);
    }
    expect([dog.isUp, dog.all("disconnected"), proxy.accepted]).toEqual([true, [], 1]);
  });

  it("D95: a slow line logs in, and stays", async () => {
    await proxy.add({ type: "slow", bytesPerSecond: 800 });
    const dog = await dogOn(proxy.url("ws", "/ws"), { schedule: { ...SCHEDULE, dialTimeoutMs: 10_000 } });
    expect((await dog.client.send("/api/heartbeat", {}, { timeoutMs: 5_000 })).code).toBe(0);
    expect([dog.all("connected").length, dog.all("disconnected"), proxy.accepted]).toEqual([1, [], 1]);
  });
});

describe("a dial that a fault ends", () => {
  it.each([
    { toxic: { type: "refuse" }, error: /ECONNRESET|socket hang up/ },
    { toxic: { type: "not_listening" }, error: /ECONNREFUSED/ },
    { toxic: { type: "blackhole" }, error: /timed? ?out|ETIMEDOUT|no answer in time/i },
  ] as const)(
    "D96: $toxic.type: the dog backs off, step by step, and is back once it is lifted",
    async ({ toxic, error }) => {
      const dog = await dogOn(proxy.url("ws", "/ws"));
      const { remove } = await proxy.add(toxic);
      proxy.cut("reset");
      await until(
        "four dials failed",
        4 * (SCHEDULE.dialTimeoutMs + 300) + SLACK_MS,
        () => dog.all("retrying").length >= 5,
      );
      const waits = dog.all("retrying").slice(0, 5);
      expect(waits.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3, 4]);
      expect(waits[0]?.delayMs).toBeLessThanOrEqual(50);
      for (const [n, { delayMs }] of waits.slice(1).entries()) {
        const base = Math.min(SCHEDULE.maxDelayMs, SCHEDULE.baseDelayMs * 2 ** n);
        expect(delayMs).toBeGreaterThanOrEqual(base);
        expect(delayMs).toBeLessThanOrEqual(base * 1.5);
      }
      expect(JSON.stringify(dog.all("error"))).toMatch(error);
      await remove();
      await until("the dog is back", RETURNS_WITHIN_MS, () => dog.all("connected").length === 2);
      await toldOnce(dog);
    },
  );
});
