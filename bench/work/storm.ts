import { setTimeout as sleep } from "node:timers/promises";
import type { Redial } from "../clients/orders.ts";
import { PEERS, type Peer } from "../peers/peer.ts";
import { type Scene, withDogs } from "./with-dogs.ts";
import { assertDone, type Sample, type Work } from "./work.ts";

const WITHIN_MS = 90_000;
/** A full admission bucket again, and the storm before it digested. */
const CALM_MS = 3_000;

/** All dogs lose their pipe at once and come back by themselves. 503 and Retry-After are heeded by all of them. */
export const storm: Work = {
  name: "storm",
  title: "Drop of all and storm back",
  peers: PEERS,
  rounds: { full: 3, quick: 1 },
  metrics: {
    leash_wall: { says: "Leash dogs (first dial after 0 to 5 s): until all are in", unit: "s", better: "lower" },
    leash_refused: { says: "Leash dogs: dials told to come back later", unit: "", better: "lower" },
    leash_driver: { says: "Leash dogs: how busy the driver is", unit: "%", better: "lower" },
    leash_cpu: { says: "Leash dogs: server CPU per dog", unit: "µs", better: "lower" },
    leash_lag_p50: { says: "Leash dogs: event-loop delay, p50", unit: "ms", better: "lower" },
    leash_lag_p99: { says: "Leash dogs: event-loop delay, p99", unit: "ms", better: "lower" },
    leash_lag_max: { says: "Leash dogs: event-loop delay, max", unit: "ms", better: "lower" },
    seed_wall: { says: "seed dogs (first dial at once): until all are in", unit: "s", better: "lower" },
    seed_refused: { says: "seed dogs: dials told to come back later", unit: "", better: "lower" },
    seed_driver: { says: "seed dogs: how busy the driver is", unit: "%", better: "lower" },
    seed_cpu: { says: "seed dogs: server CPU per dog", unit: "µs", better: "lower" },
    seed_lag_p50: { says: "seed dogs: event-loop delay, p50", unit: "ms", better: "lower" },
    seed_lag_p99: { says: "seed dogs: event-loop delay, p99", unit: "ms", better: "lower" },
    seed_lag_max: { says: "seed dogs: event-loop delay, max", unit: "ms", better: "lower" },
  },
  async run(name, context) {
    const dogs = context.quick ? 3_000 : 10_000;
    return withDogs(name, dogs, context, async (scene) => {
      await scene.enter(dogs);
      const samples: Sample[] = [];
      for (const redial of ["leash", "seed"] as const) {
        await sleep(CALM_MS);
        samples.push(...(await stormOf(scene, redial, dogs)));
        if (name === "leash") await assertNothingLost(scene.peer, dogs);
      }
      return samples;
    });
  },
};

async function stormOf(scene: Scene, redial: Redial, dogs: number): Promise<Sample[]> {
  const { report, cpuSeconds, after } = await scene.observe({ do: "storm", redial, withinMs: WITHIN_MS });
  assertDone(report.answers === dogs, `${dogs} dogs back, ${report.answers} are`);
  return [
    { metric: `${redial}_wall`, value: report.wallMs / 1_000 },
    { metric: `${redial}_refused`, value: report.refusals },
    { metric: `${redial}_driver`, value: (100 * report.driverCpuSeconds) / (report.wallMs / 1_000) },
    { metric: `${redial}_cpu`, value: (cpuSeconds * 1e6) / dogs },
    { metric: `${redial}_lag_p50`, value: after.lag.p50 },
    { metric: `${redial}_lag_p99`, value: after.lag.p99 },
    { metric: `${redial}_lag_max`, value: after.lag.max },
  ];
}

/** The gateway's own count: every dog has a session, no event was dropped. */
async function assertNothingLost({ port }: Peer, dogs: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/api/fleet/summary`);
  const summary = (await response.json()) as { connected: number; settling: number; journal: { dropped: number } };
  const up = summary.connected + summary.settling;
  assertDone(up === dogs, `${dogs} sessions in the fold, ${up} are`);
  assertDone(summary.journal.dropped === 0, `no event dropped, ${summary.journal.dropped} were`);
}
