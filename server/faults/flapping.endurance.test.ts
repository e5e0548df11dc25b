import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayRig, heartbeatsUntil, quantile, quietP99Ms, until } from "#server/testing/gateway-rig.ts";
import { serials } from "#server/testing/seed-fleet-process.ts";

const FLAPPING = 50;
/** Minutes of it: `FLAPPING_SECONDS=600`. */
const SECONDS = Number(process.env.FLAPPING_SECONDS ?? 30);
const EVERY_MS = 2_000;
/** G111: ten logins within 10 s of each other are free, then each waits 0.5, 1, 2 and from there 4 s; a drop every 2 s beside. */
const loginsWithin = (s: number) => 1 + 10 + 3 + Math.ceil(Math.max(0, s - 20 - 3.5) / 4) + 1;

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

it("G36: 50 dogs that reconnect every 2 s are counted as flapping, let in, slowed, never refused; the others are unaffected", async () => {
  await rig.start();
  const neighbours = await rig.fleet("FINE", 150);
  const quietMs = await quietP99Ms(neighbours);
  const since = performance.now();
  const flapping = rig.fleetProcess({ sns: serials("FLAP", FLAPPING), dropEveryMs: EVERY_MS });
  await flapping.arrived;
  let over = false;
  const beats = heartbeatsUntil(neighbours, () => over);
  await until(
    "all seen flapping",
    30_000,
    async () => (await rig.api("/api/fleet/summary")).body.flapping === FLAPPING,
  );
  await pass(SECONDS * 1_000);
  over = true;
  expect(quantile(await beats, 0.99) - quietMs).toBeLessThan(100);
  const { refusals, answers } = await flapping.report();
  const { body } = await rig.api("/api/fleet/summary");
  // Flaps are counted by drops, not by dogs.
  expect(body).toMatchObject({ flapping: FLAPPING, known: FLAPPING + neighbours.length, gave_up: 0, refused: 0 });
  const flaps = await Promise.all(serials("FLAP", FLAPPING).map(async (sn) => (await rig.dogOf(sn)).flaps));
  expect(Math.min(...flaps.map(Number))).toBeGreaterThanOrEqual(10);
  expect([refusals, Object.keys(answers)]).toEqual([{}, ["0"]]);
  expect(await rig.metric('leash_logins_refused_total{code="429"}')).toBe(0);

  const logins = new Map<string, number>();
  const events = rig.stored();
  const seconds = (performance.now() - since) / 1_000;
  for (const event of events) {
    if (event.type === "dog.connected") logins.set(event.sn, (logins.get(event.sn) ?? 0) + 1);
    if (event.type === "dog.disconnected") expect(event.sn).toMatch(/^FLAP/);
  }
  const counts = serials("FLAP", FLAPPING).map((sn) => logins.get(sn) ?? 0);
  expect(Math.max(...counts)).toBeLessThanOrEqual(loginsWithin(seconds));
  expect(Math.min(...counts)).toBeGreaterThan(10);
  expect(await rig.metric("leash_logins_held_total")).toBeGreaterThan(FLAPPING);
  expect(neighbours.map(({ dials, closes }) => [dials, closes])).toEqual(neighbours.map(() => [1, []]));
});
