import { setTimeout as pass } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { ChaosProxy } from "#dog/testing/chaos-proxy.ts";
import { GatewayRig, heartbeatMs, heartbeatsUntil, quantile, until } from "#server/testing/gateway-rig.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";

/** `POSTGRES_AWAY_SECONDS=60` is the full size. */
const SECONDS = Number(process.env.POSTGRES_AWAY_SECONDS ?? 12);
const STEADY = 30;

let server: PostgresServer;
let rig: GatewayRig;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());
beforeEach(async () => {
  rig = await GatewayRig.create();
  rig.defer(() => server.start());
  rig.defer(() => server.thaw());
});
afterEach(() => rig.close());

/** Answered from memory, whatever the database does. */
const LIVE = ["/api/reconnection/active", "/api/fleet/summary", "/api/dogs", "/metrics", "/healthz"];
/** Answered by the database; `n` so that no answer is one that was kept. */
const past = (n: number) => [
  "/api/dogs/STEADY0/events",
  `/api/fleet/stats?from=${1_000 * n}&to=${7_200_000 + 1_000 * n}`,
];
const CHANGES: readonly (readonly [string, unknown])[] = [
  ["/api/reconnection/cleanup", {}],
  ["/api/reconnection/force", { client_id: "STEADY1" }],
  ["/api/dogs/STEADY2/retire", {}],
];

async function status(path: string): Promise<number> {
  const response = await fetch(`${rig.url}${path}`, { headers: { authorization: rig.authorization } });
  await response.arrayBuffer();
  return response.status;
}

/** What holds all the while: the fleet is shown, changes are refused with the reason, and nothing is pretended. */
async function holdsOut(): Promise<void> {
  for (const path of LIVE) expect([path, await status(path)]).toEqual([path, 200]);
  for (const [path, body] of CHANGES) {
    expect([path, await rig.api(path, body)]).toMatchObject([
      path,
      { status: 503, body: { code: "journal_unavailable" } },
    ]);
  }
  expect(await rig.api("/readyz")).toEqual({ status: 503, body: { ready: false, reason: "journal" } });
}

interface Stored {
  readonly type: string;
  readonly sn: string | null;
  readonly seq: number;
}

async function stored(url: string): Promise<readonly Stored[]> {
  const rows = await server.run("SELECT type, sn, seq::int FROM events ORDER BY at, epoch, seq", url);
  return rows as unknown as readonly Stored[];
}

it.each([
  ["is gone", () => server.stop("immediate"), () => server.start()],
  ["hangs", async () => server.freeze(), async () => server.thaw()],
])(
  `J54: PostgreSQL %s for ${SECONDS} s: dogs stay and log in, changes get 503, it mends by itself and nothing is lost`,
  async (_what, fail, mend) => {
    const url = await server.createDatabase();
    const { pid, stdout } = await rig.start({ DATABASE_URL: url });
    const steady = await rig.fleet("STEADY", STEADY);
    await until("ready", 5_000, async () => (await rig.api("/readyz")).status === 200);
    for (const path of past(1)) expect([path, await status(path)]).toEqual([path, 200]);

    await fail();
    const since = performance.now();
    // As long as nothing waits there is nothing to be behind with: somebody comes.
    const late = rig.seed("LATE");
    await late.until(({ answers }) => answers.length === 2);
    expect(late.answers.map(({ code, args }) => [code, args?.stored])).toEqual([
      [0, false],
      [0, false],
    ]);
    await until("not ready", 5_000, async () => (await rig.api("/readyz")).status === 503);
    const linesBefore = stdout().split("\n").length;
    let over = false;
    const beats = heartbeatsUntil(steady, () => over, 200);
    const asked = Promise.all(past(2).map(status));
    while (performance.now() - since < SECONDS * 1_000) {
      await holdsOut();
      await pass(500);
    }
    over = true;
    const beat = await beats;
    expect(await asked).toEqual([503, 503]);
    expect(stdout().split("\n").length - linesBefore).toBeLessThan(30);

    await mend();
    const readyMs = await until("ready again", 15_000, async () => (await rig.api("/readyz")).status === 200);
    expect((await rig.api("/api/reconnection/cleanup", {})).status).toBe(200);
    expect([...steady, late].flatMap(({ closes }) => closes)).toEqual([]);
    await Promise.all([...steady, late].map(heartbeatMs));
    for (const path of past(3)) await until(path, 15_000, async () => (await status(path)) === 200);
    expect((await rig.api("/api/fleet/summary")).body).toMatchObject({ known: STEADY + 1, connected: STEADY + 1 });
    expect(rig.gateway?.pid).toBe(pid);
    expect(await rig.stop()).toBe(0);
    process.stdout.write(
      `J54: heartbeats while it was away p50 ${quantile(beat, 0.5).toFixed(1)} ms, p99 ${quantile(beat, 0.99).toFixed(1)} ms of ${beat.length}; ` +
        `ready ${readyMs.toFixed(0)} ms after it was back\n`,
    );
    expect(quantile(beat, 0.99)).toBeLessThan(250);

    const events = await stored(url);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    const connected = events.filter(({ type }) => type === "dog.connected").map(({ sn }) => sn);
    expect(connected.filter((sn) => sn === "LATE")).toHaveLength(1);
    expect(new Set(connected).size).toBe(STEADY + 1);
    expect(events.filter(({ type }) => type === "dog.retired" || type === "force.requested")).toEqual([]);
    // The next run finds the fleet where it was.
    await rig.start({ DATABASE_URL: url });
    expect((await rig.api("/api/fleet/summary")).body).toMatchObject({ known: STEADY + 1 });
  },
);

it("J55: a database that takes half a second for each answer holds up no socket; it is told as degraded, and fast again it is ok", async () => {
  const url = new URL(await server.createDatabase());
  const proxy = await ChaosProxy.start({ target: { host: url.hostname, port: Number(url.port) } });
  rig.defer(() => proxy.close());
  const slow = new URL(url);
  slow.port = String(proxy.port);
  await rig.start({ DATABASE_URL: slow.href });
  const steady = await rig.fleet("STEADY", STEADY);
  await proxy.add({ type: "latency", delayMs: 250, direction: "both" });
  let over = false;
  // It lasts a second or two: of a hundred beats the longest would be the machine's own.
  const beats = heartbeatsUntil(steady, () => over, 20);
  const first = performance.now();
  // For as long as their commits take it is degraded, and whoever looks meanwhile is told so.
  const told = Promise.all([
    until("degraded", 15_000, async () => (await rig.api("/readyz")).status === 503),
    until("a change is refused", 15_000, async () => {
      const { status: answered, body } = await rig.api("/api/reconnection/cleanup", {});
      return answered === 503 && body.code === "journal_unavailable";
    }),
  ]);
  const newcomers = Array.from({ length: 20 }, (_, n) => rig.seed(`NEW${n}`));
  const arrived = Promise.all(newcomers.map((dog) => dog.until(({ answers }) => answers.length === 2)));
  const loginsMs = arrived.then(() => performance.now() - first);
  await Promise.all([told, arrived]);
  await proxy.removeAll();
  await until("ready again", 10_000, async () => (await rig.api("/readyz")).status === 200);
  over = true;
  const beat = await beats;
  process.stdout.write(
    `J55: 20 logins in ${(await loginsMs).toFixed(0)} ms, heartbeats p99 ${quantile(beat, 0.99).toFixed(1)} ms of ${beat.length}\n`,
  );
  expect(await loginsMs).toBeLessThan(2_000);
  expect(quantile(beat, 0.99)).toBeLessThan(250);
  expect([...steady, ...newcomers].flatMap(({ closes }) => closes)).toEqual([]);
  expect(await rig.stop()).toBe(0);
  const events = await stored(url.href);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter(({ type }) => type === "dog.connected")).toHaveLength(STEADY + 20);
});
