import { cpSync } from "node:fs";
import { type Driver, startDriver } from "../clients/driver.ts";
import { scratchFolder } from "../measure/scratch.ts";
import { PEERS, type PeerName, type PeerOptions, startPeer } from "../peers/peer.ts";
import { populated } from "./populated.ts";
import { assertDone, type Work } from "./work.ts";

const PAST_DOGS = 50_000;

/** From the start of the process to the first login that was answered. */
export const start: Work = {
  name: "start",
  title: "Cold start to the first dog",
  peers: PEERS,
  rounds: { full: 3, quick: 2 },
  metrics: {
    listen: { says: "empty journal: until it listens", unit: "ms", better: "lower" },
    first_dog: { says: "empty journal: until a dog is in", unit: "ms", better: "lower" },
    past_first_dog: { says: "100,000 events in the journal: until a dog is in", unit: "ms", better: "lower" },
  },
  async run(name, context) {
    const driver = startDriver(context.pin);
    try {
      // The driver's own first dial is not to be counted: it warms up on a server that is thrown away.
      await firstDog(name, driver, {});
      const empty = await firstDog(name, driver, {});
      const samples = [
        { metric: "listen", value: empty.listensMs },
        { metric: "first_dog", value: empty.firstDogMs },
      ];
      if (name !== "leash" || context.quick) return samples;
      const folder = scratchFolder();
      try {
        cpSync(await populated(PAST_DOGS), folder.path, { recursive: true });
        const full = await firstDog(name, driver, { dataDir: folder.path });
        return [...samples, { metric: "past_first_dog", value: full.firstDogMs }];
      } finally {
        folder.remove();
      }
    } finally {
      await driver.stop();
    }
  },
};

/** Both cores: a start has no clients beside it. */
async function firstDog(name: PeerName, driver: Driver, options: Partial<PeerOptions>) {
  const startedAt = performance.now();
  const peer = await startPeer(name, { pin: false, probe: false, ...options });
  try {
    const listensMs = performance.now() - startedAt;
    await driver.pack(peer, 1);
    const { answers } = await driver.order({ do: "enter", dogs: 1, window: 1, perSecond: 1_000 });
    assertDone(answers === 1, "one login");
    return { listensMs, firstDogMs: performance.now() - startedAt };
  } finally {
    await driver.order({ do: "drop" });
    await peer.stop();
  }
}
