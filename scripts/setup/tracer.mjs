import { existsSync } from "node:fs";
import { aptInstall, canInstall } from "./apt.mjs";
import { say } from "./say.mjs";

const machine = { has: () => existsSync("/usr/bin/strace"), canInstall, install: () => aptInstall("strace") };

/**
 * strace counts the syncs of the journal in a test. Where it cannot be had that test fails and says so; the others run.
 * Returns whether it did anything.
 */
export async function ensureTracer({ has, canInstall, install } = machine) {
  if (process.platform !== "linux" || has()) return false;
  if (canInstall() && (await install()) && has()) return true;
  say("no strace: the test that counts the journal's syncs (G13) will fail; install the package strace");
  return true;
}
