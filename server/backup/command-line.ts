import { parseArgs } from "node:util";
import { type Config, ConfigError, type Env, loadConfig } from "#server/config.ts";

/** A command of the data folder: read from the environment as the gateway reads it. Throws with everything that is wrong. */
export interface Command {
  readonly config: Config;
  /** Value of the one option; empty where the command has none. */
  readonly file: string;
  readonly force: boolean;
}

export class UsageError extends Error {}

/** `--help` was asked for: nothing is done. */
export function asksHelp(argv: readonly string[]): boolean {
  return argv.some((arg) => arg === "--help" || arg === "-h");
}

/** `option` names the file; the command without one may be forced. */
export function readCommand(argv: readonly string[], env: Env, option: "to" | "from" | null): Command {
  let file = "";
  let force = false;
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: option === null ? { force: { type: "boolean" as const } } : { [option]: { type: "string" as const } },
    });
    const given: Readonly<Record<string, unknown>> = values;
    const value = option === null ? undefined : given[option];
    file = typeof value === "string" ? value : "";
    force = given.force === true;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  if (option !== null && file === "") throw new UsageError(`--${option} FILE is missing`);
  return { config: loadConfig(env), file, force };
}

/** Runs a command and says what it says: 0 done, 1 failed with one line, 2 called wrongly. */
export async function runCommand(
  name: string,
  out: { write(text: string): unknown },
  complaints: { write(text: string): unknown },
  work: () => Promise<readonly string[]>,
): Promise<number> {
  try {
    for (const line of await work()) out.write(`${name}: ${line}\n`);
    return 0;
  } catch (error) {
    complaints.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

export function inBytes(bytes: number): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step]}`;
}

export function inCounts(counts: Readonly<Record<string, number>>): string {
  const { events = 0, outages = 0, rollups = 0, snapshots = 0 } = counts;
  return `${events} events, ${outages} outages, ${rollups} rollups, ${snapshots} snapshots`;
}
