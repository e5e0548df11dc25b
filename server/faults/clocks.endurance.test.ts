import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDuration } from "#lib/clock/duration.ts";
import { loadConfig } from "#server/config.ts";
import { createLogger } from "#server/observability/logger.ts";
import { createRedactor } from "#server/observability/redactor.ts";
import { type RunningGateway, startGateway } from "#server/start-gateway.ts";
import { GatewayRig, heartbeatMs, RIG_API_TOKEN, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";
import { JumpyClock } from "#server/testing/jumpy-clock.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { watchStalls } from "#server/testing/stalls.ts";

const HOUR = 3_600_000;
const YEARS = 10 * 365 * 24 * HOUR;
const [PING_MS, SILENT_MS, CLOSED_MS, TICK_MS] = [300, 600, 1_200, 1_000];
const NOW_S = Math.floor(Date.now() / 1_000);

let rig: GatewayRig;
let clock: JumpyClock;
let running: RunningGateway | undefined;
const raws: RawDog[] = [];
const logged: string[] = [];

beforeEach(async () => {
  rig = await GatewayRig.create();
  clock = new JumpyClock();
  logged.length = 0;
});
afterEach(async () => {
  for (const raw of raws.splice(0)) raw.stop();
  for (const dog of rig.dogs.splice(0)) dog.stop();
  await running?.stop();
  await rig.close();
});

/** The gateway in this process, on a wall clock that jumps when told. */
async function start(): Promise<void> {
  const redactor = createRedactor();
  const { log } = createLogger({ level: "warn", redactor, destination: { write: (line) => void logged.push(line) } });
  const env = {
    DATA_DIR: rig.dir,
    DOG_SHARED_TOKEN: RIG_TOKEN,
    API_TOKEN: RIG_API_TOKEN,
    GATEWAY_PORT: "0",
    DRAIN_WINDOW: "0",
    APP_PINT_TIME: `${PING_MS}ms`,
    SILENT_AFTER: `${SILENT_MS}ms`,
    APP_PING_READ_TIMEOUT: `${CLOSED_MS}ms`,
    STABLE_AFTER: "500ms",
  };
  const config = loadConfig(env);
  running = await startGateway({
    config,
    clock,
    random: Math.random,
    log,
    redactor,
    pid: process.pid,
    version: "test",
  });
  rig.url = running.url;
}

/** Every number, duration and instant of an answer, with the path to it. */
function* leaves(value: unknown, path = ""): Generator<[string, unknown]> {
  if (typeof value !== "object" || value === null) yield [path, value];
  else for (const [key, child] of Object.entries(value)) yield* leaves(child, `${path}.${key}`);
}

/** All that the API says of time: nothing negative, no countdown that ended, no stretch that ends before it begins. */
async function saysNothingAbsurd(sns: readonly string[]): Promise<void> {
  const paths = ["/api/reconnection/active", "/api/fleet/summary", "/api/fleet/stats?window=1h", "/api/dogs"];
  const asked = [...paths, "/api/fleet/events", ...sns.flatMap((sn) => [`/api/dogs/${sn}`, `/api/dogs/${sn}/events`])];
  for (const path of asked) {
    const { status, body } = await rig.api(path);
    expect([path, status]).toEqual([path, 200]);
    for (const [at, value] of leaves(body)) {
      if (typeof value === "number") expect([path, at, value >= 0]).toEqual([path, at, true]);
      if (typeof value === "string")
        expect([path, at, value]).not.toEqual([path, at, expect.stringMatching(/^-\d|NaN|Invalid/)]);
    }
    for (const span of ((body.timeline as { spans?: { from: string; to: string }[] })?.spans ?? []) as {
      from: string;
      to: string;
    }[])
      expect([path, span.from <= span.to]).toEqual([path, true]);
  }
  for (const sn of sns) await countsDown(sn);
}

/** The next retry is where its countdown says; null for a dog that dials no more. Resolves with its instant. */
async function countsDown(sn: string): Promise<number | null> {
  const { body } = await rig.api("/api/reconnection/status", { client_id: sn });
  const { next_retry_time: at, time_until_retry: left } = body;
  if (at === null) return null;
  expect(parseDuration(String(left))).toBeGreaterThanOrEqual(0);
  return Date.parse(String(at));
}

/** Time to the earliest give-up, to the ms where the seed's countdowns are whole seconds. */
async function leftToGiveUp(sn: string): Promise<number> {
  const { body } = await rig.api(`/api/dogs/${sn}`);
  const [earliest] = (body.outage as { gives_up_at: [string, string] }).gives_up_at;
  return Date.parse(earliest) - Date.parse(String(body.as_of));
}

describe("the gateway's wall clock jumps", () => {
  it("G23: liveness, sessions and answers go on, whatever the wall clock says; events keep one order", async () => {
    await start();
    const dogs = await rig.fleet("D", 5);
    rig.seed("GONE");
    await rig.dogs.at(-1)?.until(({ answers }) => answers.length === 2);
    rig.dogs.at(-1)?.stop();
    const stalls = watchStalls();
    for (const [i, jump] of [HOUR, -HOUR, YEARS, -YEARS, -HOUR].entries()) {
      const dialedAt = performance.now();
      const raw = new RawDog(Number(new URL(rig.url).port));
      raws.push(raw);
      await (await raw.open()).login(`FROZEN${i}`, RIG_TOKEN);
      // Nothing is answered from here on: not read, so no ping either.
      raw.socket.pause();
      const [frozenAt, lostMs] = [performance.now(), stalls.lostMs()];
      clock.jump(jump);
      dogs[i]?.drop();
      await saysNothingAbsurd(["GONE", "D0", "D1", `FROZEN${i}`]);
      await until("the frozen dog is gone", 5_000, async () => !(await rig.dogOf(`FROZEN${i}`)).is_connected);
      const goneAt = performance.now();
      expect(goneAt - dialedAt).toBeGreaterThan(CLOSED_MS);
      // What this process stood still the gateway in it counts against nobody.
      expect(goneAt - frozenAt).toBeLessThan(CLOSED_MS + TICK_MS + stalls.lostMs() - lostMs);
      await Promise.all(dogs.map(heartbeatMs));
      await saysNothingAbsurd(["GONE", "D0", "D1", `FROZEN${i}`]);
    }
    stalls.stop();
    expect(dogs.map(({ dials, closes }) => [dials, closes])).toEqual(dogs.map(() => [2, [1006]]));
    expect(logged.filter((line) => line.includes("leapt ahead"))).toHaveLength(2);
    expect(logged.filter((line) => line.includes("set back"))).toHaveLength(3);
    for (const dog of rig.dogs) dog.stop();
    await running?.stop();
    const events = rig.stored();
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    for (const [i, event] of events.entries()) expect(event.at).toBeGreaterThan(events[i - 1]?.at ?? 0);
    for (const event of events) {
      if (event.type !== "dog.disconnected") continue;
      expect([event.sn, event.sessionMs >= 0, event.lastHeardAt <= event.at]).toEqual([event.sn, true, true]);
    }
  });

  it("G23: set back by an hour and by ten years in the midst of a backoff, the next retry stays where it was", async () => {
    await start();
    const [dog] = await rig.fleet("OUT", 1);
    dog?.stop();
    // 1 + 2 s of its schedule are over: it now waits 4 s.
    const waits = async () => (await rig.dogOf("OUT0")).current_delay === "4s";
    await until("it waits 4 s", 8_000, waits);
    // The answer is of an instant between its question and its arrival.
    const look = async () => {
      const askedAt = performance.now();
      return { askedAt, leftMs: await leftToGiveUp("OUT0"), heardAt: performance.now() };
    };
    const [retryAt, before] = [await countsDown("OUT0"), await look()];
    for (const jump of [-HOUR, -YEARS]) {
      clock.jump(jump);
      await pass(700);
      expect(await countsDown("OUT0")).toBe(retryAt);
      const now = await look();
      const passedMs = before.leftMs - now.leftMs;
      expect(passedMs).toBeGreaterThanOrEqual(now.askedAt - before.heardAt - 250);
      expect(passedMs).toBeLessThanOrEqual(now.heardAt - before.askedAt + 250);
      expect(await rig.dogOf("OUT0")).toMatchObject({ state: "reconnecting", current_delay: "4s" });
    }
  });

  it.each([HOUR, YEARS])(
    "G23: set back by %d ms and started again, it shows the same fleet and goes on in order",
    async (jump) => {
      await start();
      const dogs = await rig.fleet("D", 3);
      clock.jump(-jump);
      dogs[0]?.stop();
      dogs[1]?.drop();
      await dogs[1]?.until(({ answers }) => answers.length === 3);
      await pass(700);
      for (const dog of dogs) dog.stop();
      await until("all are out", 5_000, async () => (await rig.api("/api/fleet/summary")).body.connected === 0);
      const rows = async () => {
        const { body } = await rig.api("/api/dogs?sort=sn");
        return (body.items as Record<string, unknown>[]).map(({ client_id, reason_code, since, flaps }) => [
          client_id,
          reason_code,
          since,
          flaps,
        ]);
      };
      const before = await rows();
      await running?.stop();
      await start();
      expect(await rows()).toEqual(before);
      await rig.seed("D2").until(({ answers }) => answers.length === 2);
      expect(await rig.dogOf("D2")).toMatchObject({ is_connected: true, state: "settling" });
      await saysNothingAbsurd(["D0", "D1", "D2"]);
      await running?.stop();
      const events = rig.stored();
      const epochs = [...new Set(events.map(({ epoch }) => epoch))];
      expect(epochs).toHaveLength(2);
      // The canonical order is the order in which things happened.
      for (const epoch of epochs) {
        const own = events.filter((event) => event.epoch === epoch);
        expect(own.map(({ seq }) => seq)).toEqual(own.map((_, i) => i + 1));
      }
      expect(events.findLastIndex(({ epoch }) => epoch === epochs[0])).toBe(
        events.findIndex(({ epoch }) => epoch === epochs[1]) - 1,
      );
    },
  );
});

describe("a dog's clock is wrong", () => {
  it("G23: a login's timestamp is data: ten years off, negative, no number at all, it is let in", async () => {
    await start();
    const odd = [NOW_S + YEARS / 1_000, NOW_S - YEARS / 1_000, -1, 0, 1e300, 0.5, Date.now() + YEARS];
    const texts = ["tomorrow", "", "-1", "1e999", "NaN", "2016-01-01T00:00:00Z", "\u0000", "９９"];
    for (const [i, timestamp] of [...odd, ...odd.map(String), ...texts].entries()) {
      const dog = rig.seed(`T${i}`, { loginArgs: { timestamp } });
      await dog.until(({ answers }) => answers.length === 2);
      expect([timestamp, dog.answers.map(({ code }) => code)]).toEqual([timestamp, [0, 0]]);
    }
    await pass(CLOSED_MS + TICK_MS);
    expect(rig.dogs.flatMap(({ closes }) => closes)).toEqual([]);
    const { body } = await rig.api("/api/fleet/summary");
    expect(body).toMatchObject({ connected: rig.dogs.length, known: rig.dogs.length });
  });
});
