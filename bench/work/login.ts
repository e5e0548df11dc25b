import { setTimeout as sleep } from "node:timers/promises";
import { PEERS } from "../peers/peer.ts";
import { type Observed, withDogs } from "./with-dogs.ts";
import { assertDone, sameBytes, type Work } from "./work.ts";

const WARM_DOGS = 1_000;

/** Connect and login: 1,000 as fast as 200 at once go, 10,000 at the pace our gateway admits. */
export const login: Work = {
  name: "login",
  title: "Connect and login",
  peers: PEERS,
  rounds: { full: 3, quick: 3 },
  metrics: {
    burst_cpu: { says: "1,000 dogs at once: server CPU per dog", unit: "µs", better: "lower" },
    burst_wall: { says: "1,000 dogs at once: until all are in", unit: "ms", better: "lower" },
    burst_p99: { says: "1,000 dogs at once: dial to answer, p99", unit: "ms", better: "lower" },
    paced_cpu: { says: "10,000 dogs at 950/s: server CPU per dog", unit: "µs", better: "lower" },
    paced_p50: { says: "10,000 dogs at 950/s: dial to answer, p50", unit: "ms", better: "lower" },
    paced_p99: { says: "10,000 dogs at 950/s: dial to answer, p99", unit: "ms", better: "lower" },
    paced_lag: { says: "10,000 dogs at 950/s: event-loop delay, p99", unit: "ms", better: "lower" },
    answer_bytes: { says: "bytes of 1,000 answers", unit: "B", better: "lower" },
  },
  async run(name, context) {
    const many = context.quick ? 3_000 : 10_000;
    return withDogs(name, many, context, async (scene) => {
      await scene.warmUp(WARM_DOGS);
      const burst = await scene.observe({ do: "enter", dogs: 1_000, window: 200, perSecond: 100_000 });
      assertDone(burst.report.answers === 1_000, "1,000 logins");
      assertDone(burst.report.refusals === 0, "no dial refused");
      await scene.driver.order({ do: "drop" });
      await sleep(1_500);
      const paced = await scene.enter(many);
      return [
        { metric: "burst_cpu", value: perDog(burst) },
        { metric: "burst_wall", value: burst.report.wallMs },
        { metric: "burst_p99", value: burst.report.latency?.p99 ?? 0 },
        { metric: "paced_cpu", value: perDog(paced) },
        { metric: "paced_p50", value: paced.report.latency?.p50 ?? 0 },
        { metric: "paced_p99", value: paced.report.latency?.p99 ?? 0 },
        { metric: "paced_lag", value: paced.after.lag.p99 },
        { metric: "answer_bytes", value: burst.report.answerBytes },
      ];
    });
  },
  verify: (of) => sameBytes(of, "answer_bytes"),
};

const perDog = ({ cpuSeconds, report }: Observed) => (cpuSeconds * 1e6) / report.answers;
