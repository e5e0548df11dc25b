import { lookup } from "node:dns/promises";
import type { Lookup } from "./resolve-name.ts";

/** The system's own resolver: hosts file, mDNS where it is set up, DNS. */
export const systemLookup: Lookup = async (host) => {
  const answers = await lookup(host, { all: true, order: "verbatim" });
  return answers.map(({ address }) => address);
};
