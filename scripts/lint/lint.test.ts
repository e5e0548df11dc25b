import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");

// [file, its text, words of the finding that must be raised; none where the file is lawful]
const cases: readonly (readonly [string, string, string | undefined])[] = [
  ["lib/a/now.ts", "export const at = Date.now();\n", "Time and randomness"],
  ["server/a/new-date.ts", "export const at = new Date();\n", "Time and randomness"],
  ["dog/a/random.ts", "export const pick = [1].map(Math.random);\n", "Time and randomness"],
  ["app/_features/a/tick.ts", "window.setInterval(() => undefined, 1);\n", "Time and randomness"],
  ["server/a/timer.ts", "setTimeout(() => undefined, 1);\n", "setTimeout"],
  ["lib/a/sleep.ts", 'import { setTimeout } from "node:timers/promises";\n\nawait setTimeout(1);\n', "Take a Clock"],
  ["app/a/env.ts", "export const host = process.env.HOST;\n", "process.env"],
  ["server/a/log.ts", 'console.log("x");\n', "console"],
  ["lib/a/any.ts", "export const x = (value: any) => value;\n", "any"],
  ["server/auth/compare.ts", "export const same = (token: string, given: string) => token === given;\n", "G27"],
  [
    "server/api/upgrade.ts",
    'export const f = (s: NodeJS.EventEmitter) => s.on("upgrade", () => undefined);\n',
    "upgrade",
  ],
  ["lib/clock/system-clock.ts", "export const now = () => Date.now();\n", undefined],
  ["server/config.ts", "export const host = process.env.HOST;\n", undefined],
  ["lib/a/format.ts", "export const iso = (at: number) => new Date(at).toISOString();\n", undefined],
  ["server/auth/set.ts", 'export const isSet = (token?: string) => token !== undefined && token !== "";\n', undefined],
];

let tree: string;
let found: ReadonlyMap<string, string>;

interface Report {
  readonly diagnostics: readonly {
    readonly message: unknown;
    readonly advices?: unknown;
    readonly location: { readonly path: unknown };
  }[];
}

function lint(folder: string): Promise<Report> {
  const args = [
    join(root, "node_modules/@biomejs/biome/bin/biome"),
    "lint",
    "--reporter=json",
    "--max-diagnostics=none",
    ".",
  ];
  return new Promise((settled) => {
    execFile(process.execPath, args, { cwd: folder }, (_failure, stdout) => settled(JSON.parse(stdout)));
  });
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "leash-lint-"));
  await cp(join(root, "biome.json"), join(tree, "biome.json"));
  await cp(join(root, "scripts/lint"), join(tree, "scripts/lint"), {
    recursive: true,
    filter: (path) => !path.endsWith(".ts"),
  });
  await writeFile(join(tree, ".gitignore"), "node_modules/\n");
  for (const [path, text] of cases) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text);
  }
  const { diagnostics } = await lint(tree);
  const words = new Map<string, string>();
  for (const { location, ...rest } of diagnostics) {
    const path = typeof location.path === "string" ? location.path : JSON.stringify(location.path);
    words.set(path, `${words.get(path) ?? ""}${JSON.stringify(rest)}`);
  }
  found = words;
}, 30_000);
afterAll(() => rm(tree, { recursive: true, force: true }));

describe("lint laws", () => {
  it.each(cases)("T7: %s", (path, _text, expected) => {
    if (expected === undefined) expect(found.get(path)).toBeUndefined();
    else expect(found.get(path)).toContain(expected);
  });
});
