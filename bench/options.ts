import { parseArgs } from "node:util";

export interface BenchOptions {
  /** Names of the works to do; all where empty. */
  readonly works: readonly string[];
  /** Rounds of every work; each work's own number where undefined. */
  readonly rounds: number | undefined;
  readonly quick: boolean;
  /** A budget that is not met is a failure. */
  readonly strict: boolean;
  readonly pin: boolean;
  /** Writes a CPU profile of every server. */
  readonly profile: boolean;
}

export const USAGE = `npm run bench -- [work ...] [--rounds N] [--quick] [--strict] [--no-pin] [--cpu-prof]
  --rounds N   rounds of every work (1 to 50)
  --quick      smaller counts: for a look while working, not for a document
  --strict     exit 1 where a budget is not met
  --no-pin     do not put the server on one core and the clients on another
  --cpu-prof   write a CPU profile of every server into bench/results/profiles`;

/** Reads the command line. Throws with one line for what is wrong. */
export function parseOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      strict: { type: "boolean", default: false },
      "no-pin": { type: "boolean", default: false },
      "cpu-prof": { type: "boolean", default: false },
    },
  });
  const stranger = positionals.find((name) => !known.includes(name));
  if (stranger !== undefined) throw new Error(`no work is called ${stranger}: expected ${known.join(", ")}`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1 || rounds > 50)) {
    throw new Error(`--rounds ${values.rounds}: expected a whole number from 1 to 50`);
  }
  return {
    works: positionals,
    rounds,
    quick: values.quick,
    strict: values.strict,
    pin: !values["no-pin"],
    profile: values["cpu-prof"],
  };
}
