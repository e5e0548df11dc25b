import { PEERS } from "../peers/peer.ts";
import { withDogs } from "./with-dogs.ts";
import { assertDone, sameBytes, type Work } from "./work.ts";

const WINDOW = 200;
const PACED_PER_SECOND = 5_000;
/** Below the 60 that a dog may send in a burst, whatever the pace. */
const PER_DOG = 40;

/** Heartbeats: as many as go with 200 in flight, and 5,000 a second. */
export const heartbeat: Work = {
  name: "heartbeat",
  title: "Heartbeats",
  peers: PEERS,
  rounds: { full: 5, quick: 3 },
  metrics: {
    flood_cpu: { says: "200 in flight: server CPU per heartbeat", unit: "µs", better: "lower" },
    flood_rate: { says: "200 in flight: heartbeats a second", unit: "/s", better: "higher" },
    flood_driver: { says: "200 in flight: how busy the driver is", unit: "%", better: "lower" },
    paced_cpu: { says: "5,000/s: server CPU per heartbeat", unit: "µs", better: "lower" },
    paced_p50: { says: "5,000/s: there and back, p50", unit: "ms", better: "lower" },
    paced_p99: { says: "5,000/s: there and back, p99", unit: "ms", better: "lower" },
    answer_bytes: { says: "bytes of one answer", unit: "B", better: "lower" },
  },
  async run(name, context) {
    const dogs = context.quick ? 1_000 : 2_000;
    const count = dogs * PER_DOG;
    const seconds = context.quick ? 2 : 3;
    return withDogs(name, dogs, context, async (scene) => {
      await scene.enter(dogs);
      // Hot first; then the bucket of each dog fills again (20/s).
      await scene.driver.order({ do: "flood", op: "heartbeat", count: dogs * 10, window: WINDOW });
      await scene.driver.order({ do: "pace", op: "heartbeat", perSecond: 1_000, seconds: 1 });
      const flood = await scene.observe({ do: "flood", op: "heartbeat", count, window: WINDOW });
      assertDone(flood.report.answers === count, `${count} heartbeats answered`);
      const paced = await scene.observe({ do: "pace", op: "heartbeat", perSecond: PACED_PER_SECOND, seconds });
      assertDone(paced.report.answers === PACED_PER_SECOND * seconds, "every paced heartbeat answered");
      return [
        { metric: "flood_cpu", value: (flood.cpuSeconds * 1e6) / count },
        { metric: "flood_rate", value: count / (flood.report.wallMs / 1_000) },
        { metric: "flood_driver", value: (100 * flood.report.driverCpuSeconds) / (flood.report.wallMs / 1_000) },
        { metric: "paced_cpu", value: (paced.cpuSeconds * 1e6) / paced.report.answers },
        { metric: "paced_p50", value: paced.report.latency?.p50 ?? 0 },
        { metric: "paced_p99", value: paced.report.latency?.p99 ?? 0 },
        { metric: "answer_bytes", value: flood.report.answerBytes / count },
      ];
    });
  },
  verify: (of) => sameBytes(of, "answer_bytes"),
};
