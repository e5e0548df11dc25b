import { createWriteStream } from "node:fs";
import { systemClock } from "#lib/clock/system-clock.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { describeTally, Fleet } from "./fleet.ts";
import { parseFleetOptions, USAGE } from "./options.ts";
import { PROFILES } from "./profile.ts";

const PROGRESS_MS = 5_000;

if (process.argv.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const options = parse();
const log = options.logFile === null ? null : createWriteStream(options.logFile, { flags: "a" });
const fleet = new Fleet({
  url: options.url,
  token: options.token,
  dogs: options.dogs,
  profile: PROFILES[options.profile],
  rampPerSecond: options.rampPerSecond,
  clock: systemClock,
  random: seededRandom(options.seed),
  ...(log ? { onAct: (sn, act) => log.write(`${JSON.stringify({ at: systemClock.now(), sn, ...act })}\n`) } : {}),
});
console.log(`fleet: ${options.dogs} dogs, profile ${options.profile}, seed ${options.seed}, ${options.url}`);
fleet.start();
const progress = setInterval(() => console.log(`fleet: ${describeTally(fleet.tally(), options.dogs)}`), PROGRESS_MS);
if (options.durationMs !== null) setTimeout(() => stop(), options.durationMs);
process.once("SIGINT", () => stop());
process.once("SIGTERM", () => stop());

function stop(): void {
  clearInterval(progress);
  const tally = fleet.tally();
  fleet.stop();
  const faults = Object.entries(tally.faults).map(([kind, count]) => `${kind} ${count}`);
  console.log(`fleet: stopped. ${describeTally(tally, options.dogs)}`);
  console.log(`fleet: faults: ${faults.length > 0 ? faults.sort().join(", ") : "none"}`);
  if (log) log.end(() => process.exit(0));
  else process.exit(0);
}

function parse() {
  const fail = (lines: readonly string[]): never => {
    for (const line of lines) console.error(line);
    console.error(USAGE);
    process.exit(2);
  };
  try {
    const parsed = parseFleetOptions(process.argv.slice(2), process.env.DOG_SHARED_TOKEN);
    return "dogs" in parsed ? parsed : fail(parsed);
  } catch (error) {
    return fail([error instanceof Error ? error.message : String(error)]);
  }
}
