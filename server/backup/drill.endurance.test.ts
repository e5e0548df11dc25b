import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Fleet } from "#dog/fleet/fleet.ts";
import { parseScenario } from "#dog/fleet/scenario.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";
import { startPostgres } from "#server/testing/postgres-server.ts";
import { SCRATCH } from "#server/testing/scratch.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const DOGS = 80;
const TIMES = { STABLE_AFTER: "1s", APP_PINT_TIME: "1s", SILENT_AFTER: "3s", APP_PING_READ_TIMEOUT: "6s" };
/** Every dog drops some twenty times a minute. */
const RESTLESS = `sites: [yard, dock]
cohorts:
  - { name: go, kind: seed, share: 50% }
  - { name: leash, kind: leash, share: 50%, policy: mobile }
accidents: { reset: 900, fin: 300, silence: 20, goodbye: 20, away: [200ms, 2s] }
`;

let rig: GatewayRig;
let copy: GatewayRig;
let fleet: Fleet | undefined;
let dir: string;
beforeEach(async () => {
  rig = await GatewayRig.create();
  copy = await GatewayRig.create();
  dir = await mkdtemp(join(SCRATCH, "leash-drill-"));
});
afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
  await rig.close();
  await copy.close();
  await rm(dir, { recursive: true, force: true });
});

/** `npm run` of it: exit code and everything it said. */
async function run(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<readonly [number | null, string]> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", ...TIMES, ...env },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => {
      said += text.toString();
    });
  const [code] = (await once(child, "close")) as [number | null];
  return [code, said];
}

const restless = (url: string) => {
  const scenario = parseScenario(RESTLESS);
  if (!("cohorts" in scenario)) throw new Error(scenario.join("\n"));
  const random = seededRandom(7);
  return new Fleet({ url, token: RIG_TOKEN, dogs: DOGS, scenario, rampPerSecond: 200, clock: systemClock, random });
};
/** A row with its JSON read: the order of keys means nothing. */
const parsed = (row: Record<string, unknown>) =>
  typeof row.body === "string" ? { ...row, body: JSON.parse(row.body) as unknown } : row;
const keyOf = ({ epoch, seq }: Pick<FleetEvent, "epoch" | "seq">) => `${epoch} ${seq}`;

/** The fleet as a gateway says it was at an instant: all that does not depend on when it is asked. */
async function stateAt(one: GatewayRig, at: number): Promise<unknown> {
  const summary = await one.api(`/api/fleet/summary?at=${at}`);
  const dogs = await one.api(`/api/dogs?at=${at}&limit=500&sort=sn`);
  expect([summary.status, dogs.status]).toEqual([200, 200]);
  const { gateways: _, journal: __, ...rest } = summary.body;
  return { summary: rest, dogs: dogs.body.items };
}

async function statsUpTo(one: GatewayRig, from: number, to: number): Promise<unknown> {
  const { status, body } = await one.api(`/api/fleet/stats?from=${from}&to=${to}&by=site`);
  expect(status).toBe(200);
  return { metrics: body.metrics, groups: body.groups };
}

it("J62: a drill: backed up under load, killed, restored elsewhere: all that was acknowledged is there, the fleet as it was", async () => {
  await rig.start(TIMES);
  const beganAt = Date.now();
  fleet = restless(rig.wsUrl);
  fleet.start();
  await until("something happens", 20_000, () => (fleet?.tally().drops ?? 0) > 150);
  const acknowledged = rig.stored();
  const file = join(dir, "backup");
  const [code, said] = await run({ DATA_DIR: rig.dir }, "backup", "--to", file);
  expect([code, said]).toEqual([0, expect.stringMatching(/^backup: \d+ events/)]);
  await pass(3_000);
  rig.gateway?.child.kill("SIGKILL");
  await rig.gateway?.ended;
  await fleet.stop();
  const all = rig.stored();

  const restored = await run({ DATA_DIR: copy.dir }, "restore", "--from", file);
  expect(restored).toEqual([0, expect.stringContaining("read back and compared")]);
  const kept = copy.stored();
  const known = new Set(kept.map(keyOf));
  expect(acknowledged.filter((event) => !known.has(keyOf(event)))).toEqual([]);
  // What is in it is what was written, up to one moment.
  expect(kept).toEqual(all.slice(0, kept.length));
  expect(all.length).toBeGreaterThan(kept.length);

  // History is what the journal says, in the copy as in the original.
  for (const place of [copy, rig]) {
    const [, rebuilt] = await run({ DATA_DIR: place.dir }, "rebuild-rollups");
    expect(rebuilt).toMatch(/outages: 0 changed, 0 added, 0 removed, [1-9]/);
    expect(rebuilt).toMatch(/rollups: 0 changed, 0 added, 0 removed, [1-9]/);
    expect(rebuilt).toMatch(/dog_days: 0 changed, 0 added, 0 removed, [1-9]/);
  }
  await copy.start(TIMES);
  await rig.start(TIMES);
  const lastAt = kept.at(-1)?.at ?? 0;
  expect(await stateAt(copy, lastAt)).toEqual(await stateAt(rig, lastAt));
  const stats = (await statsUpTo(copy, beganAt - 60_000, lastAt + 60_000)) as { metrics: { outages: number } };
  expect(stats.metrics.outages).toBeGreaterThan(50);

  // And once more into PostgreSQL.
  const server = await startPostgres();
  try {
    const DATABASE_URL = await server.createDatabase();
    await copy.stop();
    const moved = join(dir, "moved");
    expect((await run({ DATA_DIR: moved, DATABASE_URL }, "restore", "--from", file))[0]).toBe(0);
    const [, rebuilt] = await run({ DATA_DIR: moved, DATABASE_URL }, "rebuild-rollups");
    expect(rebuilt.match(/: 0 changed, 0 added, 0 removed, [1-9]/g)).toHaveLength(3);
    await copy.start({ ...TIMES, DATA_DIR: moved, DATABASE_URL });
    expect(await stateAt(copy, lastAt)).toEqual(await stateAt(rig, lastAt));
    const again = join(dir, "again");
    expect((await run({ DATA_DIR: moved, DATABASE_URL }, "backup", "--to", again))[0]).toBe(0);
  } finally {
    await copy.stop();
    await server.close();
  }
}, 120_000);

it("J63: rebuild-rollups mends what was changed, says so, and refuses while a gateway owns the data", async () => {
  await rig.start(TIMES);
  fleet = restless(rig.wsUrl);
  fleet.start();
  await until("something happens", 20_000, () => (fleet?.tally().drops ?? 0) > 60);
  expect(await run({ DATA_DIR: rig.dir }, "rebuild-rollups")).toEqual([
    1,
    expect.stringMatching(/in use by process \d+/),
  ]);
  await fleet.stop();
  await rig.stop();
  const db = new DatabaseSync(join(rig.dir, "journal.db"));
  const dump = () =>
    ["outages", "rollups", "dog_days"].map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4`).all());
  const before = dump();
  db.exec(`UPDATE outages SET outcome = 'gave_up' WHERE rowid IN (SELECT rowid FROM outages LIMIT 3);
    DELETE FROM rollups WHERE rowid IN (SELECT rowid FROM rollups LIMIT 5);
    INSERT INTO dog_days (day, sn, outages, gave_up, recovered, recover_ms, flaps) VALUES (0, 'stranger', 1, 0, 0, 0, 0)`);
  expect(dump()).not.toEqual(before);
  const [code, said] = await run({ DATA_DIR: rig.dir }, "rebuild-rollups");
  expect([code, said]).toEqual([0, expect.stringMatching(/\d+ events folded again from the journal's begin/)]);
  expect(said).toMatch(/outages: 3 changed, 0 added, 0 removed/);
  expect(said).toMatch(/rollups: 0 changed, 5 added, 0 removed/);
  expect(said).toMatch(/dog_days: 0 changed, 0 added, 1 removed/);
  expect(dump().map((rows) => rows.map(parsed))).toEqual(before.map((rows) => rows.map(parsed)));
  db.close();
}, 90_000);
