import { parseArgs } from "node:util";
import { PROFILES, type ProfileName } from "./profile.ts";

export interface FleetOptions {
  readonly url: string;
  readonly token: string;
  readonly dogs: number;
  readonly profile: ProfileName;
  readonly seed: number;
  readonly rampPerSecond: number;
  /** Stop by itself after this long; null runs until interrupted. */
  readonly durationMs: number | null;
  /** Write one JSON line per thing done to this file; null for none. */
  readonly logFile: string | null;
}

export const USAGE = `usage: npm run fleet -- [options]
  --url ws://127.0.0.1:8080/ws   gateway
  --token T                      dog token; default: the variable DOG_SHARED_TOKEN
  --dogs 200                     1 to 15000
  --profile unstable             ${Object.keys(PROFILES).join(" | ")}
  --seed 1                       same seed, same faults
  --ramp 100                     dogs started per second
  --minutes M                    stop after M minutes
  --log FILE                     one JSON line per drop, dial and login, as the dogs saw it`;

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
      dogs: { type: "string", default: "200" },
      profile: { type: "string", default: "unstable" },
      seed: { type: "string", default: "1" },
      ramp: { type: "string", default: "100" },
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
  const dogs = whole("dogs", values.dogs, 1, 15_000);
  const seed = whole("seed", values.seed, 0, 4_294_967_295);
  const rampPerSecond = whole("ramp", values.ramp, 1, 2_000);
  const minutes = values.minutes === undefined ? null : Number(values.minutes);
  if (minutes !== null && !(minutes > 0 && minutes <= 10_080))
    errors.push(`--minutes: got "${values.minutes}", expected a number from 0 to 10080`);
  if (!/^wss?:\/\/[^\s]+$/.test(values.url))
    errors.push(`--url: got "${values.url}", expected ws:// or wss:// and a host`);
  if (!Object.hasOwn(PROFILES, values.profile))
    errors.push(`--profile: got "${values.profile}", expected ${Object.keys(PROFILES).join(", ")}`);
  const token = values.token ?? sharedToken ?? "";
  if (token === "") errors.push("--token: missing, and DOG_SHARED_TOKEN is not set");
  if (errors.length > 0) return errors;
  return {
    url: values.url,
    token,
    dogs,
    profile: values.profile as ProfileName,
    seed,
    rampPerSecond,
    durationMs: minutes === null ? null : minutes * 60_000,
    logFile: values.log ?? null,
  };
}
