import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const run = promisify(execFile);

/** Imports the entry in a process of its own and prints what was loaded for it. */
const SCRIPT = `
import { registerHooks } from "node:module";
const loaded = [];
registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
const entry = await import("#dog");
if (entry !== (await import("leash/dog"))) throw new Error("leash/dog is another entry");
console.log(JSON.stringify({ loaded, names: Object.keys(entry) }));
`;

it("D47: the entry brings ws and Node's own modules with it, and no schema, YAML or mDNS", async () => {
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", SCRIPT], { cwd: root });
  const { loaded, names } = JSON.parse(stdout) as { loaded: string[]; names: string[] };
  expect(names).toEqual(expect.arrayContaining(["DogClient", "ReconnectionClient", "RequestError", "DogOptionsError"]));
  const packages = loaded.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  expect(new Set(packages)).toEqual(new Set(["ws"]));
  const rooms = loaded.filter((url) => !url.startsWith("node:") && !url.includes("/node_modules/"));
  expect(rooms.filter((url) => !/\/(dog|lib)\//.test(url))).toEqual([]);
  expect(rooms.filter((url) => /\/(config|discovery|fleet|testing|contracts)\//.test(url))).toEqual([]);
}, 20_000);
