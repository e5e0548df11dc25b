import { PEERS } from "../peers/peer.ts";
import { withDogs } from "./with-dogs.ts";
import { assertDone, type Work } from "./work.ts";

const DOGS = 1_000;
const PACED_PER_SECOND = 5_000;

/** Pings of the dogs, answered by the server's WebSocket layer. */
export const ping: Work = {
  name: "ping",
  title: "Ping and pong",
  peers: PEERS,
  rounds: { full: 3, quick: 1 },
  metrics: {
    flood_cpu: { says: "200 in flight: server CPU per ping", unit: "µs", better: "lower" },
    flood_rate: { says: "200 in flight: pings a second", unit: "/s", better: "higher" },
    paced_p50: { says: "5,000/s: there and back, p50", unit: "ms", better: "lower" },
    paced_p99: { says: "5,000/s: there and back, p99", unit: "ms", better: "lower" },
  },
  async run(name, context) {
    const count = DOGS * (context.quick ? 30 : 60);
    const seconds = context.quick ? 1 : 2;
    return withDogs(name, DOGS, context, async (scene) => {
      await scene.enter(DOGS);
      await scene.driver.order({ do: "flood", op: "ping", count: 10_000, window: 200 });
      const flood = await scene.observe({ do: "flood", op: "ping", count, window: 200 });
      assertDone(flood.report.answers === count, `${count} pings answered`);
      const paced = await scene.observe({ do: "pace", op: "ping", perSecond: PACED_PER_SECOND, seconds });
      assertDone(paced.report.answers === PACED_PER_SECOND * seconds, "every paced ping answered");
      return [
        { metric: "flood_cpu", value: (flood.cpuSeconds * 1e6) / count },
        { metric: "flood_rate", value: count / (flood.report.wallMs / 1_000) },
        { metric: "paced_p50", value: paced.report.latency?.p50 ?? 0 },
        { metric: "paced_p99", value: paced.report.latency?.p99 ?? 0 },
      ];
    });
  },
};
