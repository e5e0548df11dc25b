import { startWorld, type World } from "#server/api/testing/api-harness.ts";
import { FakeHistory } from "#server/api/testing/fake-history.ts";
import { createMetrics, type Metrics } from "../metrics.ts";

/** Metrics that watch a fleet, its journal and its past, as a gateway wires them. Whoever starts one closes its world. */
export async function startWatchedMetrics(): Promise<{ readonly metrics: Metrics; readonly world: World }> {
  const metrics = createMetrics();
  const world = await startWorld();
  metrics.watch(world.journal);
  metrics.watchFleet(world.readModel);
  metrics.watchHistory(new FakeHistory(), world.clock);
  metrics.sizes(() => world.readModel.sizes());
  return { metrics, world };
}
