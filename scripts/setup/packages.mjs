import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runStep, SetupError } from "./say.mjs";

const OLDEST_NODE = 24;
const OLDEST_NPM = 10;

/**
 * True when every package of the lockfile is on disk in its version; `installed` is node_modules/.package-lock.json,
 * which npm writes last. A missing optional package is one for another platform.
 */
export function holdsAll(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
    if (path === "") return true;
    const found = installed.packages?.[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

const FAILURES = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/,
    "no package registry reachable: check the network, the proxy, and `npm config get registry`",
  ],
  [/\bE401\b|\bE403\b|ENEEDAUTH/, "the package registry refused us: check the credentials in your .npmrc"],
  [/\bE404\b|ETARGET/, "the package registry lacks a package of package-lock.json: check `npm config get registry`"],
  [/EACCES|EPERM|EROFS/, "no permission to write node_modules: run as the owner of this folder"],
  [/ENOSPC/, "the disk is full"],
  [
    /EUSAGE/,
    "package.json and package-lock.json disagree: run `npm install`, then `node scripts/complete-lockfile.mjs`, and commit both",
  ],
  [
    /EINTEGRITY/,
    "a downloaded package is not the one package-lock.json names: run `npm cache clean --force` and try again",
  ],
];

/** npm's output as one line that says what to do. */
export function explainNpmFailure(output, npmVersion) {
  const known = FAILURES.find(([pattern]) => pattern.test(output));
  if (known) return known[1];
  const lines = output.split("\n").map((line) => line.trim());
  const last =
    lines.findLast((line) => /^npm (error|ERR!)/.test(line) && !/log|complete/.test(line)) ?? lines.findLast(Boolean);
  const old =
    Number(npmVersion.split(".")[0]) < 11
      ? ` (npm ${npmVersion} is older than the 11 this lockfile was made with)`
      : "";
  return `npm ci failed${old}: ${last ?? "no output"}`;
}

function npmVersion() {
  const agent = /npm\/(\d+\.\d+\.\d+)/.exec(process.env.npm_config_user_agent ?? "");
  if (agent) return agent[1];
  try {
    return execFileSync("npm", ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    throw new SetupError("npm was not found on the PATH: install Node.js with npm");
  }
}

function isCurrent(root, stampFile, hash) {
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === hash) return true;
  const hidden = join(root, "node_modules/.package-lock.json");
  if (!existsSync(hidden)) return false;
  const read = (path) => JSON.parse(readFileSync(path, "utf8"));
  return holdsAll(read(join(root, "package-lock.json")), read(hidden));
}

/** The Node that `npm run` will find: the pinned one where there is a build for this platform, else the system's. */
export function checkRuntime(root) {
  const pinned = join(root, "node_modules/.bin/node");
  const path = existsSync(pinned) ? pinned : process.execPath;
  let version;
  try {
    version = execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    throw new SetupError(
      `${path} does not run here: install Node ${OLDEST_NODE} or newer and run npm ci --omit=optional`,
    );
  }
  if (Number(version.slice(1).split(".")[0]) < OLDEST_NODE) {
    throw new SetupError(
      `Node ${version} is too old and none newer came with the packages for ${process.platform}-${process.arch}: install Node ${OLDEST_NODE} or newer`,
    );
  }
}

/** Installs the packages of package-lock.json when they are missing or differ. Returns whether it did anything. */
export async function ensurePackages(root) {
  const stampFile = join(root, "node_modules/.leash-setup");
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const current = isCurrent(root, stampFile, hash);
  if (!current) {
    const version = npmVersion();
    if (Number(version.split(".")[0]) < OLDEST_NPM) {
      throw new SetupError(`npm ${version} is too old: npm ${OLDEST_NPM} or newer is needed (npm install -g npm@11)`);
    }
    const args = [
      "ci",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      "--fetch-retry-mintimeout=2000",
      "--fetch-retry-maxtimeout=8000",
    ];
    const { code, output } = await runStep("installing packages (npm ci)", "npm", args, { cwd: root });
    if (code !== 0) throw new SetupError(explainNpmFailure(output, version));
  }
  checkRuntime(root);
  writeFileSync(stampFile, hash);
  return !current;
}
