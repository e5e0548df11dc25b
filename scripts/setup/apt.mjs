import { existsSync } from "node:fs";
import { runStep } from "./say.mjs";

/** Whether this machine has Debian's packages and lets us install them. */
export function canInstall() {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** Installs one package of the system; false where that fails. */
export async function aptInstall(name) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const update = await runStep("reading the system's package lists", "apt-get", ["update", "-q"], { env });
  const args = ["install", "-y", "-q", "--no-install-recommends", name];
  const install = await runStep(`installing ${name}`, "apt-get", args, { env });
  return update.code === 0 && install.code === 0;
}
