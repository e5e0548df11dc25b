import { readFileSync } from "node:fs";
import { parseScenario, type Scenario } from "./scenario.ts";

/** Scenarios of this folder that `--profile` names. */
export const PROFILES = ["stable", "unstable", "mobile", "storm"] as const;
export type ProfileName = (typeof PROFILES)[number];

export const profilePath = (name: ProfileName): string => new URL(`./scenarios/${name}.yaml`, import.meta.url).pathname;

/** The scenario in a file, or the lines that say what is wrong with it. */
export function loadScenario(path: string): Scenario | readonly string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return [`${path}: cannot be read (${error instanceof Error && "code" in error ? error.code : "unknown"})`];
  }
  const parsed = parseScenario(text);
  return "cohorts" in parsed ? parsed : parsed.map((line) => `${path}: ${line}`);
}

/** How many dogs: as told, as written, as counted, or as many as the demo has. */
export function dogsOf({ dogs, cohorts }: Scenario, told: number | null): number {
  if (cohorts.every(({ count }) => count !== undefined)) return cohorts.reduce((sum, { count = 0 }) => sum + count, 0);
  return told ?? dogs ?? 200;
}
