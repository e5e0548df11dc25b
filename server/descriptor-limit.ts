import { readFileSync } from "node:fs";

/** The journal's files and threads, standard output, secrets read anew: some 40 open at rest, the others to spare. */
const OWN_FILES = 128;
/** The console, supervisors, metrics, and upgrades that are still being refused. */
const API_CONNECTIONS = 64;
/** Beside its dogs, as warned about at the start. */
const BESIDE_DOGS = 1_000;

/** How many sockets there is room for below the limit of open files. */
export interface DescriptorRoom {
  /** Open files this process may have. */
  readonly limit: number;
  /** TCP connections of any kind; what comes beyond is dropped at once, so that no accept ever fails. */
  readonly connections: number;
  /** Dogs' sockets; beyond, an upgrade gets 503. */
  readonly dogSockets: number;
}

/** Undefined where the system does not say, or says unlimited. Node raises its soft limit to the hard one at its start. */
export function readDescriptorRoom(read: () => string = readLimits): DescriptorRoom | undefined {
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readQuietly(read))?.[1]);
  if (!Number.isSafeInteger(limit) || limit <= 0) return undefined;
  const connections = Math.max(2, limit - OWN_FILES);
  return { limit, connections, dogSockets: Math.max(1, connections - Math.min(API_CONNECTIONS, connections >> 1)) };
}

/** What an operator should be told at the start: undefined where `maxDogs` fit. */
export function descriptorWarning({ limit, dogSockets }: DescriptorRoom, maxDogs: number): string | undefined {
  const needed = maxDogs + BESIDE_DOGS;
  if (limit >= needed) return undefined;
  return `MAX_DOGS=${maxDogs} needs ${needed} open files and this process may have ${limit}: dogs are let in on at most ${dogSockets} sockets. Raise the limit (ulimit -n, LimitNOFILE=) or lower MAX_DOGS`;
}

function readLimits(): string {
  return readFileSync("/proc/self/limits", "utf8");
}

function readQuietly(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
