import { systemClock } from "#lib/clock/system-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { describeTally, Fleet } from "./fleet.ts";
import { appendTo, FleetLog } from "./fleet-log.ts";
import { dogsOf, loadScenario } from "./load-scenario.ts";
import { type FleetOptions, parseFleetOptions, USAGE } from "./options.ts";
import type { Scenario } from "./scenario.ts";

const PROGRESS_MS = 5_000;
const TICK_MS = 1_000;
const RAMP_PER_SECOND = 100;

if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const options = parse();
const scenario = load(options.scenario.path);
const dogs = dogsOf(scenario, options.dogs);
const durationMs = options.durationMs ?? scenario.runs_for ?? null;
const log = options.logFile === null ? null : openLog(options.logFile);
const fleet = new Fleet({
  url: options.url,
  token: options.token,
  dogs,
  scenario,
  rampPerSecond: options.rampPerSecond ?? scenario.ramp ?? RAMP_PER_SECOND,
  clock: systemClock,
  random: seededRandom(options.seed),
  ...(log ? { onAct: (sn, act) => log.dog(sn, act) } : {}),
});
const where = scenario.gateways?.join(", ") ?? options.url;
console.log(`fleet: ${dogs} dogs, ${options.scenario.name}, seed ${options.seed}, ${where}`);
log?.run({ act: "run", v: 1, dogs, scenario: options.scenario.name, seed: options.seed, url: options.url });
fleet.start();
const ticking = log && setInterval(() => log.run({ act: "tick", phases: fleet.tally().phases }), TICK_MS);
const progress = setInterval(() => console.log(`fleet: ${describeTally(fleet.tally(), dogs)}`), PROGRESS_MS);
const ending = durationMs === null ? undefined : setTimeout(() => void stop(), durationMs);
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
process.on("SIGUSR2", () => {
  fleet.calm();
  log?.run({ act: "calm" });
  console.log("fleet: no fault begins any more");
});

async function stop(): Promise<void> {
  clearInterval(progress);
  clearTimeout(ending);
  if (ticking) clearInterval(ticking);
  const tally = fleet.tally();
  await fleet.stop();
  const faults = Object.entries(tally.faults).map(([kind, count]) => `${kind} ${count}`);
  console.log(`fleet: stopped. ${describeTally(tally, dogs)}`);
  console.log(`fleet: faults: ${faults.length > 0 ? faults.sort().join(", ") : "none"}`);
  log?.run({ act: "end" });
  process.exit(0);
}

/** Whole however the process ends, but for a kill. */
function openLog(path: string): FleetLog {
  try {
    const file = appendTo(path);
    const opened = new FleetLog(systemClock, file.append);
    process.on("exit", () => {
      opened.close();
      file.close();
    });
    return opened;
  } catch (error) {
    return fail([`--log ${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function fail(lines: readonly string[], usage = ""): never {
  for (const line of lines) console.error(line);
  if (usage !== "") console.error(usage);
  process.exit(2);
}

function load(path: string): Scenario {
  const loaded = loadScenario(path);
  return "cohorts" in loaded ? loaded : fail(loaded);
}

function parse(): FleetOptions {
  try {
    const parsed = parseFleetOptions(process.argv.slice(2), process.env.DOG_SHARED_TOKEN);
    return "url" in parsed ? parsed : fail(parsed, USAGE);
  } catch (error) {
    return fail([error instanceof Error ? error.message : String(error)], USAGE);
  }
}
