// npm run soak -- --minutes 60 --dogs 5000 [--churn 0.05] [--forces 200] [--seed 1] [--out bench/results/soak]
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { soak } from "./soak.ts";
import type { Sample } from "./trend.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    dogs: { type: "string", default: "5000" },
    churn: { type: "string", default: "0.05" },
    forces: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    out: { type: "string", default: join(import.meta.dirname, "..", "results", "soak") },
  },
});

const minutes = Number(values.minutes);
const plan = {
  minutes,
  dogs: Number(values.dogs),
  churnPerMinute: Number(values.churn),
  forcesPerMinute: Number(values.forces),
  seed: Number(values.seed),
  sampleEveryS: 10,
  collectEvery: 6,
  mostMb: 1,
  warmUpS: Math.min(600, minutes * 20),
  browsers: 3,
  browsersLeaveS: null,
};
const csv = `${values.out}.csv`;
mkdirSync(dirname(csv), { recursive: true });
let named: string[] | undefined;
const onSample = (sample: Sample) => {
  const { sizes, ...rest } = sample;
  if (!named) {
    named = Object.keys(sizes);
    writeFileSync(csv, `${[...Object.keys(rest), ...named].join(",")}\n`);
  }
  const row = [...Object.values(rest), ...named.map((name) => sizes[name] ?? "")];
  appendFileSync(csv, `${row.join(",")}\n`);
  if (sample.liveBytes !== null) {
    const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
    console.log(
      `${(sample.atS / 60).toFixed(1)} min: ${mb(sample.liveBytes)} MB alive, ${mb(sample.rssBytes)} MB resident`,
    );
  }
};

const { findings } = await soak({ ...plan, onSample });
const width = Math.max(...findings.map(({ what }) => what.length));
console.log("");
for (const { what, seen, holds } of findings)
  console.log(`${holds ? "ok  " : "FAIL"} G41 ${what.padEnd(width)}  ${seen}`);
writeFileSync(`${values.out}.json`, `${JSON.stringify({ at: new Date().toISOString(), plan, findings }, null, 2)}\n`);
const holds = findings.every((finding) => finding.holds);
console.log(holds ? "\nG41 holds." : "\nbroken: G41");
for (const { what, growthMb } of findings) {
  if (!growthMb) continue;
  const [name = ""] = what.split(":");
  const beside = growthMb.measured < plan.mostMb ? "also" : "not";
  console.log(
    `${name} as measured, nothing excused: ${growthMb.measured.toFixed(2)} MB, ${beside} under ${plan.mostMb} MB`,
  );
}
process.exitCode = holds ? 0 : 1;
