import { setTimeout as sleep } from "node:timers/promises";
import { type Driver, startDriver } from "../clients/driver.ts";
import type { Order, Report } from "../clients/orders.ts";
import { cpuSeconds } from "../measure/proc.ts";
import { type Peer, type PeerName, type PeerOptions, startPeer } from "../peers/peer.ts";
import type { ProbeAnswer } from "../peers/probe-messages.ts";
import { assertDone, type Context } from "./work.ts";

/** Logins a second at which our gateway refuses none (its own limit is 1,000). */
export const ENTRY_RATE = 950;
const REFILL_MS = 1_300;

export interface Observed {
  readonly report: Report;
  /** Server CPU over the order, seconds: all its threads, user and system. */
  readonly cpuSeconds: number;
  readonly after: ProbeAnswer;
}

/** A server and its dogs for one round. */
export interface Scene {
  readonly peer: Peer;
  readonly driver: Driver;
  /** Does one order while watching the server. */
  observe(order: Order): Promise<Observed>;
  /** Logs the first `dogs` in at a rate at which none is refused. */
  enter(dogs: number): Promise<Observed>;
  /** Lets code get hot: logins that are dropped again, and the admission bucket full after it. */
  warmUp(dogs: number): Promise<void>;
}

/** Runs `act` with a fresh server and `dogs` dogs; stops both, whatever happens. */
export async function withDogs<T>(
  name: PeerName,
  dogs: number,
  context: Context,
  act: (scene: Scene) => Promise<T>,
  options: Partial<PeerOptions> = {},
): Promise<T> {
  const peer = await startPeer(name, { pin: context.pin, profileDir: context.profileDir, ...options });
  try {
    const driver = startDriver(context.pin);
    try {
      await driver.pack(peer, dogs);
      return await act(scene(peer, driver));
    } finally {
      await driver.stop();
    }
  } finally {
    await peer.stop();
  }
}

function scene(peer: Peer, driver: Driver): Scene {
  async function observe(order: Order): Promise<Observed> {
    await peer.resetLag();
    const before = await peer.use();
    const beforeStat = cpuSeconds(peer.pid);
    const report = await driver.order(order);
    const after = await peer.use();
    const taken = after.cpuSeconds - before.cpuSeconds;
    assertAgrees(taken, cpuSeconds(peer.pid) - beforeStat);
    return { report, cpuSeconds: taken, after };
  }
  async function enter(dogs: number): Promise<Observed> {
    const observed = await observe({ do: "enter", dogs, window: 500, perSecond: ENTRY_RATE });
    const { answers, refusals } = observed.report;
    assertDone(answers === dogs, `${dogs} logins, ${answers} came`);
    assertDone(refusals === 0, `no dial refused, ${refusals} were`);
    return observed;
  }
  return {
    peer,
    driver,
    observe,
    enter,
    async warmUp(dogs) {
      await driver.order({ do: "enter", dogs, window: 200, perSecond: 10_000 });
      await driver.order({ do: "drop" });
      await sleep(REFILL_MS);
    },
  };
}

/** getrusage(2) counts in microseconds what /proc/PID/stat counts in steps of 10 ms: all threads, user and system. */
function assertAgrees(rusageSeconds: number, statSeconds: number): void {
  const apart = Math.abs(rusageSeconds - statSeconds);
  assertDone(apart <= 0.05 + 0.02 * statSeconds, `CPU counted alike: ${rusageSeconds} s against ${statSeconds} s`);
}
