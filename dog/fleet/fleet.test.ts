import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { drawWeighted, longTail, nextFaultMs } from "./chance.ts";
import { dogsOf, loadScenario, PROFILES, profilePath } from "./load-scenario.ts";
import { parseFleetOptions } from "./options.ts";
import { cohortSizes } from "./roster.ts";
import { parseScenario, type Scenario } from "./scenario.ts";

const FOLDER = new URL("./scenarios/", import.meta.url).pathname;

function scenarioOf(yaml: string): Scenario {
  const parsed = parseScenario(yaml);
  if (!("cohorts" in parsed)) throw new Error(parsed.join("\n"));
  return parsed;
}

describe("fleet options", () => {
  it("D1: names every option that is wrong, all at once", () => {
    const answer = parseFleetOptions(
      ["--dogs", "0", "--profile", "calm", "--url", "http://x", "--minutes=-1"],
      undefined,
    );
    expect(answer).toEqual([
      expect.stringMatching(/^--dogs: got "0"/),
      expect.stringMatching(/^--minutes: got "-1"/),
      expect.stringMatching(/^--url: got "http:\/\/x"/),
      expect.stringMatching(/^--profile: got "calm".*stable, unstable, mobile, storm/),
      expect.stringMatching(/^--token: missing/),
    ]);
    expect(parseFleetOptions(["--token", "t", "--profile", "storm", "--scenario", "x.yaml"], undefined)).toEqual([
      "--profile, --scenario: expected one of them",
    ]);
  });

  it("D1: takes the shared token where none is given, and the demo's profile where none is named", () => {
    expect(parseFleetOptions(["--dogs", "3"], "secret")).toMatchObject({
      dogs: 3,
      token: "secret",
      durationMs: null,
      scenario: { name: "profile unstable", path: profilePath("unstable") },
    });
  });
});

describe("faults", () => {
  it("D2: come at the rates' mean and from the seed alone", () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 4_000 }, () => nextFaultMs(2, random()));
    };
    const waits = draw(7);
    expect(draw(7)).toEqual(waits);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length / 1_800_000).toBeCloseTo(1, 1);
  });

  it("D2: a rate of nothing never comes, and no absence leaves its bounds", () => {
    expect(nextFaultMs(0, 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(drawWeighted({ a: 0, b: 0 }, 0.5)).toBeNull();
    for (const u of [0, 0.5, 0.999]) {
      expect(drawWeighted({ a: 0, b: 3 }, u)).toBe("b");
      const away = longTail([300, 90_000], u);
      expect(away).toBeGreaterThanOrEqual(300);
      expect(away).toBeLessThanOrEqual(90_000);
    }
  });

  it("D2: each kind is drawn by its weight", () => {
    const random = seededRandom(3);
    const counts = { a: 0, b: 0 };
    for (let i = 0; i < 10_000; i++) counts[drawWeighted({ a: 1, b: 3 }, random()) ?? "a"]++;
    expect(counts.b / counts.a).toBeGreaterThan(2.7);
    expect(counts.b / counts.a).toBeLessThan(3.3);
  });
});

describe("scenario files", () => {
  it.each(readdirSync(FOLDER))("D100: %s is one", (file) => {
    const loaded = loadScenario(`${FOLDER}${file}`);
    expect("cohorts" in loaded ? [] : loaded).toEqual([]);
  });

  it("D100: every profile is one of them", () => {
    for (const name of PROFILES) expect(loadScenario(profilePath(name))).toHaveProperty("cohorts");
  });

  it("D101: everything wrong is told at once, each with its line", () => {
    const answer = parseScenario(
      [
        "dogs: many",
        "sites: [yard, dock]",
        "cohrts: []",
        "cohorts:",
        "  - { name: a, kind: cat, share: 50% }",
        "  - { name: b, kind: leash, share: 150%, sire: yard }",
        "accidents:",
        "  reset: often",
        "timeline:",
        "  - { at: soon, fault: no_uplink }",
        "  - { at: 5s, fault: earthquake, for: 1y }",
      ].join("\n"),
    );
    expect(answer).toEqual([
      expect.stringMatching(/^line 1: dogs: got "many", expected a whole number/),
      expect.stringMatching(/^line 3: cohrts: .*did you mean cohorts/),
      expect.stringMatching(/^line 5: cohorts\[0\]\.kind: got "cat", expected one of seed, leash/),
      expect.stringMatching(/^line 6: cohorts\[1\]\.share: got "150%"/),
      expect.stringMatching(/^line 6: cohorts\[1\]\.sire: .*did you mean cohorts\.1\.site/),
      expect.stringMatching(/^line 8: accidents\.reset: got "often", expected a mean number/),
      expect.stringMatching(/^line 10: timeline\[0\]\.at: got "soon"/),
      expect.stringMatching(/^line 11: timeline\[1\]\.fault: got "earthquake", expected one of no_uplink, blackhole/),
      expect.stringMatching(/^line 11: timeline\[1\]\.for: got "1y"/),
    ]);
  });

  it("D101: so is what contradicts itself", () => {
    const answer = parseScenario(
      [
        "dogs: 5",
        "sites: [yard]",
        "loop: 5m",
        "cohorts:",
        "  - { name: a, kind: seed, count: 9, share: 10%, site: dock }",
        "  - { name: a, kind: leash }",
        "timeline:",
        "  - { at: 1s, fault: flap, site: dock, cohort: c }",
        "  - { at: 1s, fault: no_gateway, gateway: 2, every: 1m }",
      ].join("\n"),
    );
    expect(answer).toHaveLength(10);
    expect(answer).toEqual(
      expect.arrayContaining([
        'line 6: cohorts[1].name: "a" is there twice',
        'line 5: cohorts[0].site: "dock" is none of yard',
        'line 8: timeline[0].cohort: "c" is none of a, a',
        "line 9: timeline[1].gateway: there are 1",
        "line 5: cohorts: their counts are 9 dogs, more than 5",
      ]),
    );
  });

  it("D101: a file that is not there, or no YAML, says so", () => {
    expect(loadScenario("/nowhere.yaml")).toEqual(["/nowhere.yaml: cannot be read (ENOENT)"]);
    expect(parseScenario("cohorts: [")).toEqual([expect.stringMatching(/^line 1: /)]);
    expect(parseScenario("")).toEqual([expect.stringContaining("cohorts")]);
  });
});

describe("who is in a fleet", () => {
  const cohorts = (yaml: string) => scenarioOf(`cohorts:\n${yaml}`).cohorts;

  it("D102: counts are kept, shares part what is left, and it adds up", () => {
    const three = cohorts(
      "  - { name: a, kind: seed, count: 7 }\n  - { name: b, kind: leash, share: 1% }\n  - { name: c, kind: leash, share: 2% }",
    );
    for (const dogs of [7, 8, 10, 100, 9_999]) {
      const sizes = cohortSizes(three, dogs);
      expect([sizes[0], sizes.reduce((sum, size) => sum + size, 0)]).toEqual([7, dogs]);
    }
    expect(cohortSizes(three, 307)).toEqual([7, 100, 200]);
  });

  it("D102: the command line's number wins where there are shares to fill", () => {
    const shared = scenarioOf("dogs: 30\ncohorts:\n  - { name: a, kind: seed, share: 1 }");
    expect([dogsOf(shared, 50), dogsOf(shared, null)]).toEqual([50, 30]);
    expect(dogsOf(scenarioOf("cohorts:\n  - { name: a, kind: seed, count: 4 }"), 50)).toBe(4);
  });
});
