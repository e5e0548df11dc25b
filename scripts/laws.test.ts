import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowed, planted } from "./testdata/import-laws.ts";

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);

type Rule = { readonly name: string };
type Violation = { readonly from: string; readonly to: string; readonly rule: Rule };
type Summary = {
  readonly violations: readonly Violation[];
  readonly ruleSetUsed: { readonly forbidden: readonly Rule[] };
};

let tree: string;
let summary: Summary;

/** A house of its own in a temp folder, with hollow packages, so that no law is tested against the real one. */
async function buildTree(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "leash-laws-"));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  await write(
    "package.json",
    JSON.stringify({
      type: "module",
      imports: { "#lib/*": "./lib/*", "#server/*": "./server/*", "#dog/*": "./dog/*", "#app/*": "./app/*" },
      dependencies: { zod: "1.0.0", ws: "1.0.0", recharts: "1.0.0", pino: "1.0.0" },
      devDependencies: { vitest: "1.0.0" },
    }),
  );
  for (const name of ["zod", "ws", "recharts", "pino", "vitest"]) {
    await write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    await write(`node_modules/${name}/index.js`, "export default 1;\n");
  }
  for (const [path, text] of Object.entries({ ...allowed, ...planted.files })) await write(path, text);
  return folder;
}

async function cruise(folder: string): Promise<Summary> {
  const bin = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const rules = join(root, ".dependency-cruiser.mjs");
  const args = [bin, "--config", rules, "--output-type", "json", "app", "server", "dog", "lib"];
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 16 * 1024 * 1024 });
  return JSON.parse(stdout).summary;
}

beforeAll(async () => {
  tree = await buildTree();
  summary = await cruise(tree);
}, 30_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

describe("import laws", () => {
  it.each(planted.expected)("T1: $rule fires on $from", ({ rule, from }) => {
    expect(summary.violations.filter((found) => found.rule.name === rule).map((found) => found.from)).toContain(from);
  });

  it("T1: every rule has a planted violation", () => {
    const rules = summary.ruleSetUsed.forbidden.map((rule) => rule.name);
    expect(planted.expected.map((expected) => expected.rule).toSorted()).toEqual(rules.toSorted());
  });

  it("T1: what the laws allow raises nothing", () => {
    const lawful = new Set(Object.keys(allowed));
    expect(summary.violations.filter((found) => lawful.has(found.from))).toEqual([]);
  });
});
