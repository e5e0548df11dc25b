import { setTimeout as pass } from "node:timers/promises";
import type { LogLine } from "#dog/fleet/fleet-log.ts";
import { expect, test } from "./fixtures/test.ts";
import { TOKEN } from "./fixtures/test-fleet.ts";
import { checkAnalytics } from "./truth/analytics-page.ts";
import { type Answers, askAll, askNow, compareAll } from "./truth/api-check.ts";
import { checkDogPages } from "./truth/dog-page.ts";
import type { Disagreement } from "./truth/findings.ts";
import { GatewaySays } from "./truth/gateway-says.ts";
import { checkDogs, checkOverview, checkReconnections } from "./truth/pages.ts";
import { FleetRun } from "./truth/run.ts";
import { DEMO_SETTINGS, type TruthSettings } from "./truth/settings.ts";

/** `LEASH_TRUTH_MINUTES=10`: the demo as it is, for so long. Left out: every fault within a minute, on shortened times. */
const MINUTES = Number(process.env.LEASH_TRUTH_MINUTES ?? "0");
const IS_DEMO = MINUTES > 0;

const SHORT: TruthSettings = {
  ...DEMO_SETTINGS,
  stableAfterMs: 3_000,
  silentAfterMs: 4_000,
  readTimeoutMs: 8_000,
  assumed: { ...DEMO_SETTINGS.assumed, maxRetries: 2 },
  tolerance: { latencyMs: 1_000, stampMs: 100, wheelMs: 2_000, tellingMs: 4_000 },
};
const SETTINGS = IS_DEMO ? DEMO_SETTINGS : SHORT;
const FLEET_ARGS = IS_DEMO
  ? ["--dogs", "200", "--profile", "unstable", "--seed", "1"]
  : ["--dogs", "50", "--scenario", new URL("./truth/every-fault.yaml", import.meta.url).pathname];
const RUNS_MS = IS_DEMO ? MINUTES * 60_000 : 60_000;
const ASKED_AT_MOST = 3;
const CHECK_EVERY_MS = IS_DEMO ? 20_000 : 4_000;
/** Until nothing is on its way any more: a site comes back within 150 s and its dogs' backoff. */
const SETTLES_MS = IS_DEMO ? 60_000 : 14_000;

const seconds = (ms: number) => `${ms / 1_000}s`;
test.use({
  gatewayEnv: {
    STABLE_AFTER: seconds(SETTINGS.stableAfterMs),
    SILENT_AFTER: seconds(SETTINGS.silentAfterMs),
    APP_PING_READ_TIMEOUT: seconds(SETTINGS.readTimeoutMs),
    APP_PINT_TIME: IS_DEMO ? "30s" : "1s",
    ASSUMED_DOG_MAX_RETRIES: String(SETTINGS.assumed.maxRetries),
    FORCE_DEADLINE: "300s",
  },
});

const inLines = (found: readonly Disagreement[]) =>
  found.map(({ where, said, truth }) => `${where}: said ${said}, the log has ${truth}`);

/** What is found where the log had one reset less than the gateway saw. */
function foundIfDoctored(answers: Answers, lines: readonly LogLine[]): readonly Disagreement[] {
  const known = answers.outages.rows.findLast(
    ({ outcome, reason_code }) => outcome !== null && reason_code === "peer_reset",
  );
  const at = Date.parse(known?.detected_at ?? "");
  const isIt = (line: LogLine) =>
    "sn" in line && line.sn === known?.client_id && line.act === "left" && Math.abs(line.at - at) < 1_500;
  return compareAll(
    answers,
    lines.filter((line) => !isIt(line)),
    SETTINGS,
  );
}

test("C110: what the API and every page say of a fleet is what its simulator's own log says", async ({
  fleet,
  page,
}) => {
  test.setTimeout(RUNS_MS + SETTLES_MS + 420_000);
  const says = new GatewaySays(fleet.dogUrl.replace(/^ws/, "http").replace(/\/ws$/, ""));
  const from = Date.now() - 1_000;
  const run = await FleetRun.start(["--url", fleet.dogUrl, ...FLEET_ARGS], TOKEN);
  const compare = async (answers: Answers) => compareAll(answers, await run.linesUntil(answers.until), SETTINGS);
  // A machine that is held up for longer than the tolerance shows what was: asked again it must be right.
  const compareNow = async () => {
    for (let asked = 1; ; asked++) {
      const found = await compare(await askNow(says));
      if (found.length === 0 || asked === ASKED_AT_MOST) return found;
      await pass(1_000);
    }
  };
  try {
    for (const endsAt = Date.now() + RUNS_MS; Date.now() < endsAt; await pass(CHECK_EVERY_MS)) {
      const found = inLines(await compareNow());
      expect(found, `${Math.round((Date.now() - from) / 1_000)} s into the run`).toEqual([]);
    }
    run.calm();
    await pass(SETTLES_MS);
    const answers = await askAll(says, from);
    expect(inLines(await compare(answers))).toEqual([]);
    expect(inLines(foundIfDoctored(answers, await run.linesUntil(answers.until)))).not.toEqual([]);

    const restless = answers.timelines
      .toSorted((a, b) => b.outages.length - a.outages.length)
      .flatMap(({ outages }) => outages[0]?.client_id ?? []);
    const others = answers.dogs.rows.map(({ client_id }) => client_id).filter((_, index) => index % 7 === 0);
    await checkOverview(page, says);
    await checkReconnections(page, says);
    await checkDogs(page, says, [...restless.slice(0, 4), ...others]);
    await checkDogPages(page, says, [...restless.slice(0, 4), ...others.slice(0, 3)]);
    await checkAnalytics(page, says, from);
  } finally {
    await run.stop();
  }
});
