import { afterEach, expect, it } from "vitest";
import { SpeedClock } from "#dog/testing/speed-clock.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";
import { Fleet } from "./fleet.ts";
import type { DogAct } from "./robot.ts";
import { parseScenario } from "./scenario.ts";

const DOGS = 40;
/** Two minutes in twelve seconds. */
const SPEED = 10;
const BAD_DAY = `sites: [yard, dock]
cohorts:
  - { name: go, kind: seed, share: 25% }
  - { name: leash, kind: leash, share: 75%, policy: mobile }
timeline:
  - { at: 10s, site: yard, fault: no_uplink, for: 8s }
  - { at: 30s, cohort: leash, share: 30%, fault: flap, times: 2 }
  - { at: 40s, share: 25%, fault: wrong_token, for: 8s }
  - { at: 55s, site: dock, fault: blackhole, for: 50s }
  - { at: 60s, cohort: go, share: 50%, fault: goodbye, for: 10s }
  - { at: 65s, cohort: leash, share: 20%, fault: goodbye, for: 10s }
`;
const LAST_FAULT_MS = 110_000;
/** Backoffs, probes aside, and a wrong token's five tries. */
const BACK_WITHIN_MS = 120_000;

let rig: GatewayRig;
let fleet: Fleet;

afterEach(async () => {
  await fleet.stop();
  await rig.close();
});

it("D108: a bad day over real sockets: every dog is up again, what a Leash dog told is in the journal once, and nothing else", async () => {
  rig = await GatewayRig.create();
  await rig.start({ APP_PINT_TIME: "1s" });
  const scenario = parseScenario(BAD_DAY);
  if (!("cohorts" in scenario)) throw new Error(scenario.join("\n"));
  const clock = new SpeedClock(SPEED);
  const random = seededRandom(4);
  const answered: string[] = [];
  const onAct = (sn: string, act: DogAct) => {
    if (act.act === "login" && act.outage) answered.push(`${sn} ${act.outage.id}`);
  };
  fleet = new Fleet({
    url: rig.wsUrl,
    token: RIG_TOKEN,
    dogs: DOGS,
    scenario,
    rampPerSecond: 20,
    clock,
    random,
    onAct,
  });
  fleet.start();
  await until("the day is over", 20_000, () => clock.monotonic() >= LAST_FAULT_MS);
  const { faults } = fleet.tally();
  for (const kind of ["reset", "silence", "flapping", "wrong_token", "goodbye"])
    expect([kind, faults[kind] ?? 0]).not.toEqual([kind, 0]);
  await until("every dog is up again", BACK_WITHIN_MS / SPEED + 3_000, () => fleet.tally().phases.up === DOGS);
  await until("so the gateway says", 5_000, async () => (await rig.metric('leash_size{of="sessions"}')) === DOGS);
  // An answer that did not arrive is asked for under the same id: in the end the dogs' books and the journal are the same.
  await until("the books agree", 10_000, () => stored().sort().join() === [...new Set(answered)].sort().join());
  expect(answered.length).toBeGreaterThan(DOGS / 2);
  // Told again after an answer: only where that said that nothing was stored yet.
  const unstored = await rig.metric("leash_logins_unacknowledged_total");
  expect(answered.length - new Set(answered).size).toBeLessThanOrEqual(unstored);
}, 60_000);

/** Each report in the journal, as often as it lies there. */
function stored(): string[] {
  return rig
    .stored()
    .flatMap((event: FleetEvent) =>
      event.type === "dog.connected" && event.outage ? [`${event.sn} ${event.outage.id}`] : [],
    );
}
