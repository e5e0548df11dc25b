import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "#lib/testing/random.ts";
import { force } from "../load/api.ts";
import type { Rig } from "../load/rig.ts";

const STEP_MS = 50;
const DROPS_EVERY = 10;
/** Of the fleet, each half second. */
const DROP_SHARE = 0.005;

/** Forces at 20 a second and drops of 1 % a second, until told to stop. What was answered 202 is written down. */
export function startTraffic(rig: Rig, random: Random): { stop(): Promise<void> } {
  let stopped = false;
  const inFlight = new Set<Promise<void>>();
  const forceOne = async (sn: string) => {
    // A gateway that is just being killed answers nothing, and promises nothing.
    const ticket = await force(rig.url(), sn).catch(() => undefined);
    if (ticket !== undefined) rig.desk.note(sn, { did: "ticket", ticket });
  };
  const run = async () => {
    for (let step = 0; !stopped; step++) {
      const forced = forceOne(rig.cast[Math.floor(random() * rig.cast.length)] ?? "");
      inFlight.add(forced);
      void forced.then(() => inFlight.delete(forced));
      if (step % DROPS_EVERY === 0) {
        const count = Math.ceil((rig.dogs * DROP_SHARE) / rig.loads.length);
        for (const load of rig.loads) load.order({ order: "suffer", fault: "reset", count });
      }
      await wait(STEP_MS);
    }
    await Promise.all(inFlight);
  };
  const running = run();
  return {
    stop() {
      stopped = true;
      return running;
    },
  };
}
