import { populated } from "./populated.ts";
import { runTask } from "./task.ts";
import { assertDone, type Work } from "./work.ts";

interface Folded {
  readonly events: number;
  readonly fold: number;
  readonly replay: number;
  readonly bytesPerDog: number;
}

/** How fast the past becomes the present: the pure fold, and a start's replay from SQLite into the read model. */
export const fold: Work = {
  name: "fold",
  title: "Fold and replay",
  peers: ["leash", "bare"],
  bareIs: "for the fold a Map of each dog's last event; for the replay one SELECT and JSON.parse, nothing folded",
  rounds: { full: 3, quick: 1 },
  metrics: {
    fold: { says: "fold in memory, events a second", unit: "/s", better: "higher" },
    replay: { says: "open and replay a journal, events a second", unit: "/s", better: "higher" },
    bytes: { says: "heap per offline dog in the fold", unit: "B", better: "lower" },
  },
  async run(peer, { quick }) {
    const dogs = quick ? 10_000 : 100_000;
    const script = new URL("../peers/fold-main.ts", import.meta.url);
    const done = await runTask<Folded>(script, [peer, await populated(dogs)]);
    assertDone(done.events >= 2 * dogs, `${2 * dogs} events, ${done.events} were read`);
    const samples = [
      { metric: "fold", value: done.fold },
      { metric: "replay", value: done.replay },
    ];
    return peer === "leash" ? [...samples, { metric: "bytes", value: done.bytesPerDog }] : samples;
  },
};
