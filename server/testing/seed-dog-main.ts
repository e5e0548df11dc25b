import { createInterface } from "node:readline";
import { SeedDog, type SeedDogOptions } from "./seed-dog.ts";
import type { SeedFleetPlan, SeedFleetReport } from "./seed-fleet-process.ts";

/** Seed dogs in a process of their own, to be stopped and continued: `seed-dog-main.ts PLAN`. Says `in` once each was answered, and a report for each line it reads. */
const { sns, dropEveryMs, ...plan } = JSON.parse(process.argv[2] ?? "{}") as SeedFleetPlan;
const dogs = sns.map((sn) => new SeedDog({ ...plan, sn } satisfies SeedDogOptions).start());

const counted = (values: readonly number[]) => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

const report = (): SeedFleetReport => ({
  open: dogs.filter((dog) => dog.isOpen).length,
  dials: dogs.reduce((sum, dog) => sum + dog.dials, 0),
  gaveUp: dogs.filter((dog) => dog.gaveUp).length,
  closes: counted(dogs.flatMap((dog) => dog.closes)),
  refusals: counted(dogs.flatMap((dog) => dog.refusals)),
  answers: counted(dogs.flatMap((dog) => dog.answers.map(({ code }) => code))),
});

createInterface({ input: process.stdin }).on("line", () => process.stdout.write(`${JSON.stringify(report())}\n`));
await Promise.all(dogs.map((dog) => dog.until(({ answers }) => answers.length > 0)));
process.stdout.write("in\n");
if (dropEveryMs !== undefined) {
  // Spread over the period, as dogs that flap for reasons of their own do.
  for (const [i, dog] of dogs.entries()) {
    setTimeout(() => setInterval(() => dog.drop(), dropEveryMs), (i * dropEveryMs) / dogs.length);
  }
}
