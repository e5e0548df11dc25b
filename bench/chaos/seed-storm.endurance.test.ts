import { describe, expect, it } from "vitest";
import { readMetrics } from "../load/api.ts";
import { startRig } from "../load/rig.ts";
import { burstAbove, handshakes, leastBurst, quantile } from "./rates.ts";
import { ADMITTED_PER_SECOND, BURST, MOST_AT_ONCE, MOST_LOOP_P99_MS } from "./verdict.ts";

const DOGS = 10_000;
const WITHIN_MS = 60_000;

describe("ten thousand of the seed's dogs dial at once", () => {
  it("G39: let in at no more than 1,000 a second, none left out after a minute, the event loop responsive", async () => {
    const rig = await startRig({ dogs: DOGS, seedShare: 1, seed: 39 });
    try {
      await readMetrics(rig.url());
      for (const load of rig.loads) load.order({ order: "start" });
      await rig.upAtLeast(DOGS, WITHIN_MS);
      const metrics = await readMetrics(rig.url());
      const seen = rig.witnesses();
      const opened = seen.filter(({ did }) => did === "open").map(({ at }) => at);
      const retries = seen.flatMap((one) => (one.did === "refused" ? [one.retryAfterS ?? 0] : []));
      const loopMaxMs = (metrics.get("nodejs_eventloop_lag_max_seconds") ?? Number.NaN) * 1_000;
      const loopP99Ms = (metrics.get("nodejs_eventloop_lag_p99_seconds") ?? Number.NaN) * 1_000;
      const tookMs = quantile(opened, 1) - (seen[0]?.at ?? 0);
      const atOnce = Math.round(leastBurst(handshakes(seen), ADMITTED_PER_SECOND));
      const figures = { tookMs, atOnce, loopP99Ms, loopMaxMs, refused: retries.length, failed: failures(seen) };
      console.info(`G39: ${JSON.stringify(figures)}`);
      expect(opened).toHaveLength(DOGS);
      expect(atOnce).toBeLessThanOrEqual(MOST_AT_ONCE);
      expect(burstAbove(opened, ADMITTED_PER_SECOND) - loopMaxMs).toBeLessThanOrEqual(BURST);
      expect(loopP99Ms).toBeLessThan(MOST_LOOP_P99_MS);
      for (const retryAfterS of retries) {
        expect(retryAfterS).toBeGreaterThanOrEqual(1);
        expect(retryAfterS).toBeLessThanOrEqual(30);
      }
    } finally {
      await rig.close();
    }
  });
});

const failures = (seen: readonly { readonly did: string }[]) => seen.filter(({ did }) => did === "failed").length;
