// npm run chaos -- --dogs 10000 --runs 5 --seed 1 --seed-share 0.5 --clients 50
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    dogs: { type: "string", default: "10000" },
    runs: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
    "seed-share": { type: "string", default: "0.5" },
    clients: { type: "string", default: "50" },
    out: { type: "string", default: join(import.meta.dirname, "..", "results", "chaos.json") },
  },
});

const plan = {
  dogs: Number(values.dogs),
  runs: Number(values.runs),
  seed: Number(values.seed),
  seedShare: Number(values["seed-share"]),
  clients: Number(values.clients),
};
const result = await chaos({ ...plan, say: (line) => console.log(line) });
const { findings } = result;
const width = Math.max(...findings.map(({ what }) => what.length));
console.log("");
for (const { rule, what, seen, holds } of findings) {
  console.log(`${holds ? "ok  " : "FAIL"} ${rule} ${what.padEnd(width)}  ${seen}`);
}
const machine = { cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length, node: process.version };
mkdirSync(join(values.out, ".."), { recursive: true });
writeFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), machine, plan, ...result }, null, 2)}\n`);
const broken = findings.filter(({ holds }) => !holds);
const rules = [...new Set(broken.map(({ rule }) => rule))].join(", ");
console.log(broken.length === 0 ? "\nG1 and G3 hold." : `\nbroken: ${rules}`);
process.exitCode = broken.length === 0 ? 0 : 1;
