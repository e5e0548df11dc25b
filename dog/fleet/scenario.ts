import { z } from "zod";
import { choice, duration, field, oneOrMany, serverUrl, share, text, whole } from "#dog/config/fields.ts";
import { type Problem, pathOf, problemsOf } from "#dog/config/problems.ts";
import { readYaml } from "#dog/config/read-yaml.ts";
import { PRESETS, type PresetName } from "#dog/network/network-policies.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const MOST_DOGS = 15_000;
const PRESET_NAMES = Object.keys(PRESETS) as [PresetName, ...PresetName[]];

const word = text("1 to 64 printable characters", /^[^\p{Cc}\p{Zl}\p{Zp}]{1,64}$/u);
const rate = field("a mean number per dog and hour, from 0 to 1000, such as 0.25", (value) =>
  /^\d{1,4}(\.\d{1,6})?$/.test(value) && Number(value) <= 1_000 ? Number(value) : undefined,
);

/** `[least, most]`, or one value that is both. */
const span = (leastMs: number, mostMs: number) =>
  oneOrMany(duration(leastMs, mostMs), 2).transform((values, context): readonly [number, number] => {
    const [least = 0, most = least] = values;
    if (most < least) context.addIssue({ code: "custom", message: "the shorter time first" });
    return [least, most];
  });

const cohort = z.strictObject({
  name: word,
  /** The seed's Go client, or a DogClient. */
  kind: choice("seed", "leash"),
  /** So many dogs, or a share of those that counts leave over. */
  count: whole(1, MOST_DOGS).optional(),
  share: share().optional(),
  app: word.default("galbot-patrol"),
  series: oneOrMany(text("1 to 8 of A-Z a-z 0-9", /^[A-Za-z0-9]{1,8}$/), 16).default(["A1", "A1", "A1", "A2", "M1"]),
  network: oneOrMany(word, 16).default(["4G"]),
  firmware: oneOrMany(word, 16).default(["2.8.1", "2.8.0", "2.7.4"]),
  /** Names of `sites`; left out: all of them. */
  site: oneOrMany(word, 64).optional(),
  labels: z.record(z.string().regex(/^[^\p{Cc}]{1,64}$/u, "a name of 1 to 64 characters"), word).default({}),
  /** How a leash dog retries; `operator` follows what the gateway pushes. */
  policy: choice("operator", ...PRESET_NAMES).default("standard"),
});

/** Faults that come at random, drawn from the seed. */
const accidents = z.strictObject({
  reset: rate.default(0),
  fin: rate.default(0),
  silence: rate.default(0),
  goodbye: rate.default(0),
  flapping: rate.default(0),
  wrong_token: rate.default(0),
  dead: rate.default(0),
  /** How long a dog's own network stays away after a reset or FIN; most stay near the least. */
  away: span(0, DAY).default([500, 20_000]),
  /** A whole site drops every so often, for so long. */
  site: z.strictObject({ every: span(SECOND, DAY), away: span(0, DAY) }).optional(),
});

const FAULTS = ["no_uplink", "blackhole", "reset", "flap", "wrong_token", "goodbye", "dead", "no_gateway"] as const;

const timed = z.strictObject({
  at: duration(0, DAY),
  fault: choice(...FAULTS),
  /** Whom it meets: one site, one cohort, or without either everybody; of those a share. */
  site: word.optional(),
  cohort: word.optional(),
  share: share().default(1),
  /** Left out: a minute. */
  for: duration(0, DAY).default(60_000),
  /** Drops of a `flap`. */
  times: whole(1, 100).default(4),
  /** Of `no_gateway`: which of `gateways` cannot be reached, the first is 1. */
  gateway: whole(1, 16).default(1),
  /** Again every so often, until the end. */
  every: duration(SECOND, DAY).optional(),
});

const scenarioFile = z.strictObject({
  about: text("up to 200 printable characters", /^[^\p{Cc}]{1,200}$/u).optional(),
  dogs: whole(1, MOST_DOGS).optional(),
  ramp: whole(1, 2_000).optional(),
  /** Ends by itself. */
  runs_for: duration(SECOND, 7 * DAY).optional(),
  /** The primary first; left out: `--url`. */
  gateways: oneOrMany(serverUrl(), 16).optional(),
  sites: oneOrMany(word, 64).default([
    "Ningbo yard",
    "Waigaoqiao dock",
    "Suzhou plant",
    "Hangzhou campus",
    "Pudong depot",
  ]),
  cohorts: z.array(cohort).min(1).max(64),
  accidents: accidents.default(accidents.parse({})),
  timeline: z.array(timed).max(1_000).default([]),
  /** The timeline begins again every so often. */
  loop: duration(SECOND, DAY).optional(),
});

export type Scenario = Readonly<z.infer<typeof scenarioFile>>;
export type Cohort = Readonly<z.infer<typeof cohort>>;
export type Accidents = Readonly<z.infer<typeof accidents>>;
export type TimedFault = Readonly<z.infer<typeof timed>>;

const KNOWN = [
  ...Object.keys(scenarioFile.shape),
  ...Object.keys(accidents.shape).map((key) => `accidents.${key}`),
  "accidents.site.every",
  "accidents.site.away",
];

/** A scenario's text, or everything that is wrong with it, one line each with the line it stands in. */
export function parseScenario(yaml: string): Scenario | readonly string[] {
  const { value, misreadings, lineOf } = readYaml(yaml);
  if (misreadings.length > 0) return misreadings.map(({ line, what }) => (line > 0 ? `line ${line}: ${what}` : what));
  const parsed = scenarioFile.safeParse(value);
  const problems = parsed.success
    ? contradictions(parsed.data)
    : problemsOf(parsed.error, value, [], knownAt(parsed.error.issues.map(({ path }) => path)));
  if (parsed.success && problems.length === 0) return parsed.data;
  return problems
    .map(({ path, what }) => ({ line: lineOf(path), text: `${pathOf(path) || "the file"}: ${what}` }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, text: said }) => (line > 0 ? `line ${line}: ${said}` : said));
}

/** Entries of a list are known by the place they stand in. */
function knownAt(paths: readonly (readonly PropertyKey[])[]): readonly string[] {
  const entries = paths.flatMap(([list, index]) => {
    const shape = list === "cohorts" ? cohort.shape : list === "timeline" ? timed.shape : {};
    return Object.keys(shape).map((key) => `${String(list)}.${String(index)}.${key}`);
  });
  return [...KNOWN, ...entries];
}

/** What no single value is to blame for. */
function contradictions({ cohorts, sites, timeline, gateways, dogs, loop }: Scenario): Problem[] {
  const problems: Problem[] = [];
  const expect = (holds: boolean, path: readonly PropertyKey[], what: string) => {
    if (!holds) problems.push({ path, what });
  };
  const names = cohorts.map(({ name }) => name);
  const siteList = sites.join(", ");
  for (const [i, { name, count, share: part, site = [], labels }] of cohorts.entries()) {
    expect(names.indexOf(name) === i, ["cohorts", i, "name"], `"${name}" is there twice`);
    expect((count === undefined) !== (part === undefined), ["cohorts", i], "expected either count or share");
    expect(Object.keys(labels).length <= 7, ["cohorts", i, "labels"], "expected at most 7; the site is the eighth");
    for (const one of site) expect(sites.includes(one), ["cohorts", i, "site"], `"${one}" is none of ${siteList}`);
  }
  for (const [i, { site, cohort: whom, gateway, fault, every }] of timeline.entries()) {
    expect(site === undefined || sites.includes(site), ["timeline", i, "site"], `"${site}" is none of ${siteList}`);
    expect(
      whom === undefined || names.includes(whom),
      ["timeline", i, "cohort"],
      `"${whom}" is none of ${names.join(", ")}`,
    );
    expect(site === undefined || whom === undefined, ["timeline", i], "expected site or cohort, not both");
    const most = gateways?.length ?? 1;
    expect(fault !== "no_gateway" || gateway <= most, ["timeline", i, "gateway"], `there are ${most}`);
    expect(loop === undefined || every === undefined, ["timeline", i, "every"], "expected every or loop, not both");
  }
  const counted = cohorts.reduce((sum, { count = 0 }) => sum + count, 0);
  expect(
    counted <= (dogs ?? MOST_DOGS),
    ["cohorts"],
    `their counts are ${counted} dogs, more than ${dogs ?? MOST_DOGS}`,
  );
  return problems;
}
