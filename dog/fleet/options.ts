import { parseArgs } from "node:util";
import { PROFILES, profilePath } from "./load-scenario.ts";

export interface FleetOptions {
  readonly url: string;
  readonly token: string;
  /** Null: as the scenario says. */
  readonly dogs: number | null;
  readonly scenario: { readonly name: string; readonly path: string };
  readonly seed: number;
  readonly rampPerSecond: number | null;
  /** Stop by itself after this long; null: as the scenario says. */
  readonly durationMs: number | null;
  /** Write one JSON line per thing done to this file; null for none. */
  readonly logFile: string | null;
}

export const USAGE = `usage: npm run fleet -- [options]
  --url ws://127.0.0.1:8080/ws   gateway
  --token T                      dog token; default: the variable DOG_SHARED_TOKEN
  --dogs 200                     1 to 15000
  --profile unstable             ${PROFILES.join(" | ")}
  --scenario FILE                cohorts, sites and faults over time (dog/fleet/scenarios)
  --seed 1                       same seed, same faults
  --ramp 100                     dogs started per second
  --minutes M                    stop after M minutes
  --log FILE                     one JSON line per thing done, met or seen by a dog: the truth of the run`;

/** Command line to options, or the list of everything wrong with it. */
export function parseFleetOptions(
  argv: readonly string[],
  sharedToken: string | undefined,
): FleetOptions | readonly string[] {
  const errors: string[] = [];
  const { values } = parseArgs({
    args: [...argv],
    options: {
      url: { type: "string", default: "ws://127.0.0.1:8080/ws" },
      token: { type: "string" },
      dogs: { type: "string" },
      profile: { type: "string" },
      scenario: { type: "string" },
      seed: { type: "string", default: "1" },
      ramp: { type: "string" },
      minutes: { type: "string" },
      log: { type: "string" },
    },
  });
  const whole = (name: string, text: string, least: number, most: number) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      errors.push(`--${name}: got "${text}", expected a whole number from ${least} to ${most}`);
    }
    return value;
  };
  const dogs = values.dogs === undefined ? null : whole("dogs", values.dogs, 1, 15_000);
  const seed = whole("seed", values.seed, 0, 4_294_967_295);
  const rampPerSecond = values.ramp === undefined ? null : whole("ramp", values.ramp, 1, 2_000);
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0 && minutes <= 10_080))
    errors.push(`--minutes: got "${values.minutes}", expected a number from 0 to 10080`);
  if (!/^wss?:\/\/[^\s]+$/.test(values.url))
    errors.push(`--url: got "${values.url}", expected ws:// or wss:// and a host`);
  const name = values.profile ?? "unstable";
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) errors.push(`--profile: got "${name}", expected ${PROFILES.join(", ")}`);
  if (values.profile !== undefined && values.scenario !== undefined)
    errors.push("--profile, --scenario: expected one of them");
  const token = values.token ?? sharedToken ?? "";
  if (token === "") errors.push("--token: missing, and DOG_SHARED_TOKEN is not set");
  if (errors.length > 0) return errors;
  return {
    url: values.url,
    token,
    dogs,
    scenario:
      values.scenario === undefined
        ? { name: `profile ${name}`, path: profilePath(profile ?? "unstable") }
        : { name: `scenario ${values.scenario}`, path: values.scenario },
    seed,
    rampPerSecond,
    durationMs: minutes === null ? null : minutes * 60_000,
    logFile: values.log ?? null,
  };
}
