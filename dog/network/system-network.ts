import { existsSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { NetworkReader } from "./network-type.ts";

/** This machine's own /proc and /sys: kernel memory, microseconds to read. */
export const systemNetwork: NetworkReader = {
  read(path) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return null;
    }
  },
  exists: (path) => existsSync(path),
  addresses(name) {
    try {
      return (networkInterfaces()[name] ?? []).map(({ address }) => address);
    } catch {
      return [];
    }
  },
};
