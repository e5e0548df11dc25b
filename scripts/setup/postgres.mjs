import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { aptInstall, canInstall } from "./apt.mjs";
import { say } from "./say.mjs";

const DEBIAN_HOME = "/usr/lib/postgresql";

/** Debian keeps the server's binaries off the PATH, one folder a version. */
function hasServer() {
  const versions = existsSync(DEBIAN_HOME) ? readdirSync(DEBIAN_HOME) : [];
  const folders = [...versions.map((version) => join(DEBIAN_HOME, version, "bin")), "/usr/local/bin", "/usr/bin"];
  return folders.some((folder) => existsSync(join(folder, "initdb")));
}

const machine = { has: hasServer, canInstall, install: () => aptInstall("postgresql") };

/**
 * Tests of the journal on PostgreSQL start servers of their own from these binaries; no service has to run. Where they cannot
 * be had those tests fail and say so; the others run. Returns whether it did anything.
 */
export async function ensurePostgres({ has, canInstall, install } = machine) {
  if (has()) return false;
  if (canInstall() && (await install()) && has()) return true;
  say("no PostgreSQL server: the tests of the journal on PostgreSQL will fail; install the package postgresql");
  return true;
}
