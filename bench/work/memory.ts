import { setTimeout as sleep } from "node:timers/promises";
import { PEERS } from "../peers/peer.ts";
import { withDogs } from "./with-dogs.ts";
import type { Work } from "./work.ts";

const SETTLE_MS = 4_000;

/** Memory of dogs that are logged in and quiet, over the same process before any came. */
export const memory: Work = {
  name: "memory",
  title: "Memory per connected dog",
  peers: PEERS,
  rounds: { full: 2, quick: 1 },
  metrics: {
    rss: { says: "resident, settled", unit: "B", better: "lower" },
    rss_collected: { says: "resident, after a collection", unit: "B", better: "lower" },
    heap: { says: "JavaScript heap, after a collection", unit: "B", better: "lower" },
    external: { says: "buffers outside it", unit: "B", better: "lower" },
    idle_process: { says: "the idle process, resident", unit: "MB", better: "lower" },
    idle_cpu: { says: "idle dogs: server CPU per dog and minute", unit: "µs", better: "lower" },
  },
  async run(name, context) {
    const dogs = context.quick ? 3_000 : 10_000;
    return withDogs(name, dogs, context, async ({ peer, enter }) => {
      await sleep(500);
      const empty = await peer.collected();
      await enter(dogs);
      await sleep(SETTLE_MS);
      const quiet = await peer.use();
      await sleep(SETTLE_MS);
      const settled = await peer.use();
      const collected = await peer.collected();
      const each = (of: "rssBytes" | "heapBytes" | "externalBytes", from = collected) => (from[of] - empty[of]) / dogs;
      return [
        { metric: "rss", value: each("rssBytes", settled) },
        { metric: "rss_collected", value: each("rssBytes") },
        { metric: "heap", value: each("heapBytes") },
        { metric: "external", value: each("externalBytes") },
        { metric: "idle_process", value: empty.rssBytes / 1e6 },
        {
          metric: "idle_cpu",
          value: ((settled.cpuSeconds - quiet.cpuSeconds) * 1e6 * (60_000 / SETTLE_MS)) / dogs,
        },
      ];
    });
  },
};
