import { afterEach, beforeEach, expect, it } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { calmestP99Ms, GatewayRig, quietP99Ms, until } from "#server/testing/gateway-rig.ts";
import { serials } from "#server/testing/seed-fleet-process.ts";

/** Makes the login that of a Leash dog; the client behind it redials at once whatever the close code says. */
const LEASH = { client: "leash-dog/1.0", schedule: { max_retries: 10, base_delay_ms: 1_000, max_delay_ms: 30_000 } };
/** Five minutes of 1,000 serial numbers is the full size: `DUPLICATES_SECONDS=300 DUPLICATES_SNS=1000`. */
const STORM_MS = 1_000 * Number(process.env.DUPLICATES_SECONDS ?? 11);
const SNS = Number(process.env.DUPLICATES_SNS ?? 500);
const WITHIN_MS = STORM_MS + 110_000;
/**
 * G109 with G111: ten takeovers of one sn are free, then each login waits 0.5, 1, 2 and from there 4 s, one of a pair at a
 * time and two of more. So a pair makes at most 28 in the first minute and 15 in every other, a pack 43 and 30.
 */
const takeoversWithin = (ms: number, clients: number) =>
  10 + 3 + (Math.min(clients - 1, 2) * Math.ceil(Math.max(0, ms - 1_500) / 4_000) + 1);

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

/** Each session begins where none is and ends once: at every instant one sn has at most one. Resolves with how many began. */
function sessionsOf(events: readonly FleetEvent[]): Map<string, number> {
  const current = new Map<string, string>();
  const begun = new Map<string, number>();
  for (const event of events) {
    if (event.type === "dog.connected") {
      expect([event.sn, current.get(event.sn)]).toEqual([event.sn, undefined]);
      current.set(event.sn, event.session);
      begun.set(event.sn, (begun.get(event.sn) ?? 0) + 1);
    } else if (event.type === "dog.disconnected") {
      expect([event.sn, current.get(event.sn)]).toEqual([event.sn, event.session]);
      current.delete(event.sn);
    }
  }
  return begun;
}

const SEEDS = `G24: ${SNS} serial numbers, each on two seed dogs: nobody is closed, both sockets are shown, neighbours do not notice`;
it(SEEDS, { timeout: WITHIN_MS }, async () => {
  const count = SNS;
  await rig.start();
  const neighbours = await rig.fleet("FINE", 100);
  const quietMs = await quietP99Ms(neighbours);
  const twins = rig.fleetProcess({ sns: [...serials("TWIN", count), ...serials("TWIN", count)] });
  await twins.arrived;
  expect((await calmestP99Ms(neighbours, STORM_MS)) - quietMs).toBeLessThan(100);
  expect(await twins.report()).toMatchObject({ open: count * 2, dials: count * 2, closes: {} });
  expect(await rig.dogOf("TWIN0")).toMatchObject({ live_sockets: 2, duplicate: true, is_connected: true });
  expect(await rig.metric('leash_size{of="duplicates"}')).toBe(count);
  expect(neighbours.flatMap(({ closes }) => closes)).toEqual([]);
  expect(new Set(sessionsOf(rig.stored()).values())).toEqual(new Set([1, 2]));
});

it.each([
  [1, 8],
  [SNS, 2],
])(
  "G24: %d serial numbers, each on %d Leash dogs that redial at once: takeovers are bounded, one session at each instant",
  { timeout: WITHIN_MS },
  async (count, clients) => {
    await rig.start();
    const neighbours = await rig.fleet("FINE", 100);
    const quietMs = await quietP99Ms(neighbours);
    const since = performance.now();
    const twins = rig.fleetProcess({
      sns: Array.from({ length: clients }, () => serials("TWIN", count)).flat(),
      loginArgs: LEASH,
    });
    const p99Ms = await calmestP99Ms(neighbours, STORM_MS);
    const [{ live_sockets }, sessions] = [await rig.dogOf("TWIN0"), await rig.metric('leash_size{of="sessions"}')];
    const { closes, answers } = await twins.report();
    await twins.stop();
    const ms = performance.now() - since;
    await until("all in the journal", 15_000, async () => (await rig.metric("leash_journal_queued")) === 0);
    const begun = sessionsOf(rig.stored());
    const takeovers = serials("TWIN", count).map((sn) => (begun.get(sn) ?? 0) - 1);
    expect(Math.max(...takeovers)).toBeLessThanOrEqual(takeoversWithin(ms, clients));
    expect(Math.min(...takeovers)).toBeGreaterThan(0);
    // The older one is closed by its code, and nobody for any other reason; every login that came in was a right one.
    expect(Object.keys(closes)).toEqual(["4500"]);
    expect(Object.keys(answers)).toEqual(clients > 3 ? ["0", "429"] : ["0"]);
    expect(live_sockets).toBe(1);
    expect(sessions).toBe(count + neighbours.length);
    expect(neighbours.flatMap(({ closes: theirs }) => theirs)).toEqual([]);
    expect(p99Ms - quietMs).toBeLessThan(100);
  },
);
