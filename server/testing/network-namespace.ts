import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const PREFIX = "leash-test-";

const run = (command: string, ...args: string[]): void => void execFileSync(command, args, { stdio: "pipe" });

/**
 * A host of its own on this machine: a network namespace behind a veth pair. Deleting the namespace takes the pair and all
 * rules with it; nothing is changed outside it but the near end of the pair.
 */
export interface NetworkNamespace {
  /** This side's address. */
  readonly near: string;
  /** Addresses of the host inside. */
  readonly inside: readonly [string, string];
  /** Put before a command, runs it inside. */
  readonly launcher: readonly string[];
  /** From now on all packets from and to `address`, one of `inside`, are swallowed without a word. */
  swallow(address: string): void;
  /** Ends the swallowing of all addresses. */
  restore(): void;
  /** Idempotent. */
  remove(): void;
}

/** It takes root and iproute2; some containers permit it to neither. Leaves nothing behind. */
export function mayMakeNamespaces(): boolean {
  try {
    run("ip", "-V");
    run("unshare", "--net", "ip", "link", "set", "lo", "up");
    return true;
  } catch {
    return false;
  }
}

/** Those of runs that were killed before they could tidy up. */
function removeLeftovers(): void {
  for (const line of execFileSync("ip", ["netns", "list"], { encoding: "utf8" }).split("\n")) {
    const [name = ""] = line.split(" ");
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : Number.NaN;
    if (Number.isInteger(pid) && !existsSync(`/proc/${pid}`)) run("ip", "netns", "del", name);
  }
}

/** Throws where it may not be made. */
export function createNetworkNamespace(): NetworkNamespace {
  removeLeftovers();
  const name = `${PREFIX}${process.pid}`;
  const [near, inside] = [`lt${process.pid}a`, `lt${process.pid}b`];
  const net = `10.231.${process.pid % 250}`;
  const ip = (...args: string[]) => run("ip", ...args);
  const within = (...args: string[]) => run("ip", "-n", name, ...args);
  const remove = () => {
    try {
      ip("netns", "del", name);
    } catch {
      // Gone already, or never made.
    }
  };
  try {
    ip("netns", "add", name);
    ip("link", "add", near, "type", "veth", "peer", "name", inside, "netns", name);
    ip("addr", "add", `${net}.1/24`, "dev", near);
    ip("link", "set", near, "up");
    for (const host of [2, 3]) within("addr", "add", `${net}.${host}/24`, "dev", inside);
    for (const link of ["lo", inside]) within("link", "set", link, "up");
    // The table of local addresses is asked first by default: what arrives could not be swallowed.
    within("rule", "add", "pref", "100", "lookup", "local");
    within("rule", "del", "pref", "0");
  } catch (error) {
    remove();
    throw error;
  }
  const swallowed: string[][] = [];
  return {
    near: `${net}.1`,
    inside: [`${net}.2`, `${net}.3`],
    launcher: ["ip", "netns", "exec", name],
    swallow(address) {
      for (const way of ["from", "to"]) {
        const rule = ["pref", "10", way, address, "blackhole"];
        within("rule", "add", ...rule);
        swallowed.push(rule);
      }
    },
    restore() {
      for (const rule of swallowed.splice(0)) within("rule", "del", ...rule);
    },
    remove,
  };
}
