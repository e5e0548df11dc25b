import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { Fleet } from "./fleet.ts";
import { parseScenario } from "./scenario.ts";

/** Nobody listens there: dogs that are never up are struck all the same. */
const NOWHERE = "ws://127.0.0.1:1/ws";

const fleets: [Fleet, FakeClock][] = [];

afterEach(async () => {
  for (const [fleet, clock] of fleets.splice(0)) {
    const stopped = fleet.stop();
    clock.advance(2_000);
    await stopped;
  }
});

/** A fleet with nobody to dial, and every fault that met a dog: at which second, which, whom. */
function fleetOf(yaml: string, dogs: number, seed = 1) {
  const scenario = parseScenario(yaml);
  if (!("cohorts" in scenario)) throw new Error(scenario.join("\n"));
  const clock = new FakeClock();
  const struck: { at: number; kind: string; sn: string }[] = [];
  const fleet = new Fleet({
    url: NOWHERE,
    token: "t",
    dogs,
    scenario,
    rampPerSecond: 1_000,
    clock,
    random: seededRandom(seed),
    onAct: (sn, act) => {
      if (act.act === "fault") struck.push({ at: clock.monotonic() / 1_000, kind: act.kind, sn });
    },
  });
  fleets.push([fleet, clock]);
  fleet.start();
  const whoIs = (is: (identity: (typeof fleet.dogs)[number]["identity"]) => boolean) =>
    fleet.dogs.flatMap(({ identity }) => (is(identity) ? [identity.sn] : [])).sort();
  const struckAt = (at: number) =>
    struck
      .filter((one) => one.at === at)
      .map(({ sn }) => sn)
      .sort();
  return { fleet, clock, struck, whoIs, struckAt };
}

const TWO = `sites: [yard, dock]
cohorts:
  - { name: go, kind: seed, share: 30% }
  - { name: leash, kind: leash, share: 70% }
`;

describe("a scenario's timeline", () => {
  it("D106: its faults meet whom they name, when they say, and again where they say so", () => {
    const { clock, struck, whoIs, struckAt } = fleetOf(
      `${TWO}timeline:
  - { at: 10s, site: yard, fault: no_uplink, for: 5s }
  - { at: 20s, cohort: go, fault: wrong_token, every: 15s }
  - { at: 30s, fault: blackhole, share: 50% }
`,
      40,
    );
    clock.advance(60_000);
    expect(new Set(struck.map(({ at }) => at))).toEqual(new Set([10, 20, 30, 35, 50]));
    expect(struckAt(10)).toEqual(whoIs(({ site }) => site === "yard"));
    expect(new Set(struck.filter(({ at }) => at === 10).map(({ kind }) => kind))).toEqual(
      new Set(["reset", "silence"]),
    );
    for (const at of [20, 35, 50]) expect(struckAt(at)).toEqual(whoIs(({ cohort }) => cohort === "go"));
    expect(struckAt(30).length).toBeGreaterThan(8);
    expect(struckAt(30).length).toBeLessThan(32);
  });

  it("D106: a loop begins the whole timeline again", () => {
    const { clock, struck } = fleetOf(
      `${TWO}loop: 1m\ntimeline:\n  - { at: 5s, fault: flap, times: 1 }\n  - { at: 20s, fault: reset, for: 1s }\n`,
      3,
    );
    clock.advance(150_000);
    expect([...new Set(struck.map(({ at }) => at))]).toEqual([5, 20, 65, 80, 125, 140]);
  });

  it("D106: who is dead stays dead", () => {
    const { fleet, clock, struck } = fleetOf(
      `${TWO}timeline:\n  - { at: 5s, site: yard, fault: dead }\n  - { at: 9s, fault: reset }\n`,
      20,
    );
    clock.advance(10_000);
    const dead = struck.filter(({ kind }) => kind === "dead").map(({ sn }) => sn);
    expect(dead.length).toBeGreaterThan(0);
    expect(struck.filter(({ kind, sn }) => kind === "reset" && dead.includes(sn))).toEqual([]);
    expect(fleet.tally().phases.gave_up).toBe(dead.length);
  });

  it("D107: the same seed makes the same fleet and the same faults", () => {
    const yaml = `${TWO}timeline:\n  - { at: 5s, fault: no_uplink, share: 40% }\n`;
    const [one, other, third] = [fleetOf(yaml, 30, 9), fleetOf(yaml, 30, 9), fleetOf(yaml, 30, 10)];
    for (const { clock } of [one, other, third]) clock.advance(6_000);
    expect(other.struck).toEqual(one.struck);
    expect(other.fleet.dogs.map(({ identity }) => identity)).toEqual(one.fleet.dogs.map(({ identity }) => identity));
    expect(third.struck).not.toEqual(one.struck);
  });
});
