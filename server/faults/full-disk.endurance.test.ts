import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayRig, heartbeatMs, until } from "#server/testing/gateway-rig.ts";
import { serials } from "#server/testing/seed-fleet-process.ts";
import { createSmallDisk, fullBy } from "#server/testing/small-disk.ts";

/** The rule says a minute: `FULL_DISK_SECONDS=60`. */
const SECONDS = Number(process.env.FULL_DISK_SECONDS ?? 10);
/** `DISK_FULL_BY=limit` tries the second means where the first is permitted. */
const BY = process.env.DISK_FULL_BY === "limit" ? "a bound on file sizes" : fullBy();
const STEADY = 30;
const RESUMES_WITHIN_MS = 5_000;

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

const READS = [
  "/api/reconnection/active",
  "/api/fleet/summary",
  "/api/fleet/stats?window=1h",
  "/api/fleet/events",
  "/api/dogs",
  "/api/dogs/STEADY0",
  "/api/dogs/STEADY0/events",
];
const CHANGES: readonly (readonly [string, unknown])[] = [
  ["/api/reconnection/cleanup", {}],
  ["/api/reconnection/force", { client_id: "STEADY1" }],
  ["/api/dogs/STEADY2/retire", {}],
];

/** What holds all the while: reads are answered, changes refused with the reason, and nothing is pretended. */
async function holdsOut(): Promise<void> {
  for (const path of READS) expect([path, (await rig.api(path)).status]).toEqual([path, 200]);
  expect(await rig.api("/api/reconnection/status", { client_id: "STEADY0" })).toMatchObject({
    status: 200,
    body: { is_connected: true },
  });
  for (const [path, body] of CHANGES) {
    expect([path, await rig.api(path, body)]).toMatchObject([
      path,
      { status: 503, body: { code: "journal_unavailable" } },
    ]);
  }
  expect(await rig.api("/readyz")).toEqual({ status: 503, body: { ready: false, reason: "journal" } });
  expect(await rig.metric("leash_journal_ok")).toBe(0);
}

it(`G15: the disk full for ${SECONDS} s (by ${BY}): dogs stay, changes get 503, reads go on, it mends by itself and nothing is lost`, async () => {
  const disk = createSmallDisk(rig.dir, BY);
  rig.defer(disk.remove);
  const { pid, stdout } = await rig.start({ DATA_DIR: disk.dir }, disk.launcher);
  const steady = await rig.fleet("STEADY", STEADY);
  const gone = rig.seed("GONE");
  await gone.until(({ answers }) => answers.length === 2);
  gone.stop();
  await until("it is out", 5_000, async () => (await rig.dogOf("GONE")).is_connected === false);
  const { status, body } = await rig.api("/api/reconnection/force", { client_id: "GONE" });
  expect(status).toBe(202);
  const [{ ticket } = { ticket: "" }] = body.tickets as { ticket: string }[];
  const flapping = rig.fleetProcess({ sns: serials("FLAP", 5), dropEveryMs: 1_000 });
  await flapping.arrived;

  disk.fill(pid);
  await until("not ready", 15_000, async () => (await rig.api("/readyz")).status === 503);
  const [since, linesBefore] = [performance.now(), stdout().split("\n").length];
  const late = rig.seed("LATE");
  await late.until(({ answers }) => answers.length === 2);
  expect(late.answers.map(({ code }) => code)).toEqual([0, 0]);
  while (performance.now() - since < SECONDS * 1_000) {
    await holdsOut();
    await Promise.all([...steady, late].map(heartbeatMs));
    await pass(500);
  }
  expect(stdout().split("\n").length - linesBefore).toBeLessThan(20);
  expect(await rig.metric("leash_logins_unacknowledged_total")).toBeGreaterThan(0);

  disk.free(pid);
  expect(await until("ready again", 10_000, async () => (await rig.api("/readyz")).status === 200)).toBeLessThan(
    RESUMES_WITHIN_MS,
  );
  expect((await rig.api("/api/reconnection/cleanup", {})).status).toBe(200);
  expect([...steady, late].flatMap(({ closes }) => closes)).toEqual([]);
  const { refusals, answers } = await flapping.report();
  expect([refusals, Object.keys(answers)]).toEqual([{}, ["0"]]);
  await flapping.stop();
  // Nobody is on the way any more: what is counted now is what was let in.
  const STAYED = STEADY + 1;
  await until("those that flapped are gone", 15_000, async () => {
    const [sessions, connections] = await Promise.all(
      ["sessions", "connections"].map((of) => rig.metric(`leash_size{of="${of}"}`)),
    );
    return sessions === STAYED && connections === STAYED;
  });
  const logins = await rig.metric("leash_logins_total");
  expect(rig.gateway?.pid).toBe(pid);
  expect(await rig.stop()).toBe(0);

  const events = rig.stored(disk.dir);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
  expect(events.filter(({ type }) => type === "dog.connected")).toHaveLength(logins);
  expect(events.filter((event) => event.type === "dog.connected" && event.sn === "LATE")).toHaveLength(1);
  expect(events.filter((event) => event.type === "force.requested" && event.ticket === ticket)).toHaveLength(1);
  // What was refused left no trace.
  expect(
    events.filter((event) => event.type === "dog.retired" || (event.type === "force.requested" && event.sn !== "GONE")),
  ).toEqual([]);
  await rig.start({ DATA_DIR: disk.dir });
  expect((await rig.api(`/api/reconnection/force/${ticket}`)).body).toMatchObject({ client_id: "GONE" });
  expect((await rig.api("/api/fleet/summary")).body).toMatchObject({ known: STEADY + 2 + 5 });
});
