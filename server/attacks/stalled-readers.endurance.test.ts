import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { GatewayRig, RIG_API_TOKEN, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { watchStalls } from "#server/testing/stalls.ts";
import { StreamReader } from "#server/testing/stream-reader.ts";

const STALLED = 200;
const LIVE = 5;
const DOGS = 480;
const LONGEST_STORM_MS = 45_000;
const MIB = 1024 * 1024;
/** Three bytes a character on the wire: rows as large as dogs can make them. */
const WIDE = "狗".repeat(64);

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const rssOf = (pid: number): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

/** One login and one goodbye with all the text a dog may send; resolves once it is in. */
async function visit(port: number, sn: string): Promise<void> {
  const dog = new RawDog(port);
  const more = {
    app_id: WIDE,
    network: WIDE,
    firmware: WIDE,
    labels: { site: WIDE },
    client: `leash-dog/1 ${WIDE}`,
    outage: { id: String(Math.random()), dials: 3, duration_ms: 5_000, last_error: WIDE.repeat(4) },
  };
  await dog.open("/ws", { authorization: `Bearer ${RIG_TOKEN}` });
  await dog.login(sn, RIG_TOKEN, more);
  dog.frame(0x8, Buffer.concat([Buffer.from([0x0f, 0xa5]), Buffer.from(WIDE.slice(0, 41))]));
  dog.socket.end();
  dog.socket.setTimeout(5_000, () => dog.stop());
}

it("G32: 200 browsers that stop reading are cut at 1 MiB held each; the live ones hear everything in time", async () => {
  const rig = await GatewayRig.create();
  open.push(rig);
  await rig.start();
  const pid = rig.gateway?.pid ?? 0;
  // Once it answers for the past its threads have opened what they keep open.
  await until("history answers", 15_000, async () => (await rig.api("/api/fleet/horizon")).status === 200);
  const descriptorsIdle = descriptorsOf(pid);
  const port = Number(new URL(rig.url).port);
  const reader = (lastEventId?: string): StreamReader => {
    const made = new StreamReader(rig.url, { token: RIG_API_TOKEN, ...(lastEventId ? { lastEventId } : {}) });
    open.push({ close: () => made.stop() });
    return made;
  };

  // A storm of comings and goings among so many dogs that each frame of rows is full, until told to stop.
  let storming = true;
  let visits = 0;
  const insides = new Map<string, number>();
  const lane = async (n: number) => {
    for (let dog = n; storming; dog = (dog + 40) % DOGS) {
      const sn = `dog-${dog}`;
      await visit(port, sn);
      insides.set(sn, Date.now());
      visits += 1;
      await sleep(400);
    }
  };
  const lanes = Array.from({ length: 40 }, (_, n) => lane(n));
  open.push({
    close: () => {
      storming = false;
    },
  });

  const live = Array.from({ length: LIVE }, () => reader());
  const lags: number[] = [];
  for (const one of live) await one.until(({ frames }) => frames.some(({ event }) => event === "changes"));
  for (let dog = 0; dog < DOGS; dog += 1) {
    const body = { client_id: `dog-${dog}`, note: "狗".repeat(500) };
    if (insides.has(body.client_id)) await rig.api("/api/reconnection/force", body);
  }
  await sleep(2_000);
  const rssBefore = rssOf(pid);
  const descriptorsBefore = descriptorsOf(pid);
  const visitsBefore = visits;

  const stalled = Array.from({ length: STALLED }, () => reader());
  for (const one of stalled) await one.until(({ frames }) => frames.length > 0);
  for (const one of stalled) one.stall();
  const stalledAt = Date.now();
  const stalls = watchStalls();
  let rssPeak = 0;
  // Dogs come and go by the dozen meanwhile.
  while (descriptorsOf(pid) - descriptorsBefore > 20 && Date.now() - stalledAt < LONGEST_STORM_MS) {
    rssPeak = Math.max(rssPeak, rssOf(pid));
    await sleep(100);
  }
  const cutAfterMs = Date.now() - stalledAt;
  expect(cutAfterMs).toBeLessThan(LONGEST_STORM_MS);
  await sleep(1_000);
  rssPeak = Math.max(rssPeak, rssOf(pid));
  const longestMs = stalls.longestMs();
  stalls.stop();

  // The clock of a tick is the server's, on the same machine: its age is the lag of the feed.
  for (const one of live) {
    const ticks = one.frames.filter(({ event, at }) => event === "tick" && at > stalledAt);
    lags.push(...ticks.map(({ at, data }) => at - Number(data.now)));
    expect(one.closed).toBe(false);
    const ids = one.frames.slice(2).map(({ id }) => Number(id.slice(id.lastIndexOf(".") + 1)));
    expect(ids.every((id, n) => n === 0 || id === (ids[n - 1] ?? 0) + 1)).toBe(true);
  }
  lags.sort((a, b) => a - b);
  const p99 = lags[Math.floor((lags.length - 1) * 0.99)] ?? Number.POSITIVE_INFINITY;
  const largest = Math.max(...(live[0]?.frames.map(({ data }) => JSON.stringify(data).length) ?? []));
  process.stdout.write(
    `G32: ${visits - visitsBefore} visits in ${(cutAfterMs / 1000).toFixed(0)} s, frames up to ${(largest / 1024).toFixed(0)} Ki characters; ` +
      `RSS +${((rssPeak - rssBefore) / MIB).toFixed(0)} MiB at most; lag p99 ${p99} ms over ${lags.length} ticks\n`,
  );
  expect(rssPeak - rssBefore).toBeLessThan(250 * MIB);
  expect(lags.length).toBeGreaterThan(LIVE);
  // All of them are read here: a pause of this process is the lag of five in one second.
  expect(p99).toBeLessThan(1_000 + longestMs);

  // Whoever was cut goes on where it was, or is told to start again.
  const recent = live[0]?.frames.at(-3)?.id ?? "";
  for (const [id, may] of [
    [recent, []],
    [stalled[0]?.lastId ?? "", ["resync"]],
    [stalled.at(-1)?.lastId ?? "", ["resync"]],
  ] as const) {
    const back = reader(id);
    await back.until(({ frames }) => frames.length > 0);
    const first = back.frames[0];
    const next = `${id.slice(0, id.lastIndexOf(".") + 1)}${Number(id.slice(id.lastIndexOf(".") + 1)) + 1}`;
    expect([next, ...may.map(() => first?.event === "resync" && first.id)]).toContain(first?.id);
  }
  storming = false;
  await Promise.all(lanes);
  for (const one of stalled) one.stop();
  // The live ones, those that came back, and a few dogs that are still leaving.
  await until("what was cut is let go", 10_000, () => descriptorsOf(pid) - descriptorsIdle < LIVE + 3 + 12);
});
