import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { runStep, SetupError } from "./say.mjs";

const FOLDERS = ["app", "lib", "public"];
const FILES = [
  "next.config.mjs",
  "postcss.config.mjs",
  "proxy.ts",
  "instrumentation.ts",
  "tsconfig.json",
  "tsconfig.base.json",
  "package-lock.json",
];

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

/** One hash over all that the console's build reads; tests are not part of it. */
export function hashSources(root) {
  const folders = FOLDERS.flatMap((folder) => filesUnder(join(root, folder)));
  const files = FILES.map((file) => join(root, file)).filter((file) => existsSync(file));
  const hash = createHash("sha256");
  for (const path of [...folders, ...files].sort()) {
    if (/[.]test[.]tsx?$/.test(path)) continue;
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  }
  return hash.digest("hex");
}

/** The lines of a failed build that name the error, without the progress before them. */
function lastWords(output) {
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-25).join("\n");
}

/** Builds the console for production when its sources changed since the last build. Returns whether it did. */
export async function ensureBuild(root) {
  const folder = join(root, process.env.LEASH_DIST_DIR ?? ".next");
  const stampFile = join(folder, "leash-build");
  const hash = hashSources(root);
  const built = existsSync(join(folder, "BUILD_ID")) && existsSync(stampFile);
  if (built && readFileSync(stampFile, "utf8") === hash) return false;
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CI: "1" };
  const node = join(root, "node_modules/.bin/node");
  const args = [join(root, "node_modules/next/dist/bin/next"), "build"];
  const command = existsSync(node) ? node : process.execPath;
  const { code, output } = await runStep("building the console (next build)", command, args, { cwd: root, env });
  if (code !== 0) throw new SetupError(`the console does not build:\n${lastWords(output)}`);
  writeFileSync(stampFile, hash);
  return true;
}
