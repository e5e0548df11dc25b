import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { startWorld } from "#server/api/testing/api-harness.ts";
import { MemoryStore } from "#server/journal/memory-store.ts";
import type { WatchedHistory } from "./history-metrics.ts";
import { createMetrics } from "./metrics.ts";
import { startWatchedMetrics } from "./testing/watched-metrics.ts";

const lines = async (metrics: { render(): Promise<{ readonly text: string }> }, ...names: readonly string[]) =>
  (await metrics.render()).text.split("\n").filter((line) => names.some((name) => line.startsWith(name)));

describe("the fleet's metrics", () => {
  it("G162: an outage counts when it begins and when it is decided, with its time and dials; every reason is there at 0", async () => {
    const { metrics, world } = await startWatchedMetrics();
    world.dogs.login("a");
    world.dogs.login("b");
    world.clock.advance(90_000);
    world.dogs.drop("a");
    world.dogs.drop("b");
    world.clock.advance(4_000);
    world.dogs.login("a");
    world.clock.advance(10_000);
    const begun = 'leash_outages_begun_total{reason="peer_reset",lane="network"}';
    const recovered = 'leash_outages_recovered_total{reason="peer_reset",lane="network"}';
    const gaveUp = 'leash_outages_gave_up_total{reason="peer_reset",lane="network"}';
    expect(await lines(metrics, begun, recovered, gaveUp)).toEqual([`${begun} 2`, `${recovered} 0`, `${gaveUp} 0`]);
    expect(await lines(metrics, 'leash_dogs{state="settling"}', 'leash_dogs{state="reconnecting"}')).toEqual([
      'leash_dogs{state="settling"} 1',
      'leash_dogs{state="reconnecting"} 1',
    ]);
    world.clock.advance(3_600_000);
    expect(await lines(metrics, recovered, gaveUp)).toEqual([`${recovered} 1`, `${gaveUp} 1`]);
    expect(
      await lines(metrics, "leash_outage_recover_seconds_sum", "leash_outage_dials_count", "leash_flaps_total"),
    ).toEqual(["leash_flaps_total 0", "leash_outage_recover_seconds_sum 4", "leash_outage_dials_count 1"]);
    expect(await lines(metrics, "leash_outages_returned_total{reason=")).toHaveLength(24);
    await world.close();
  });

  it("G162: a replay counts nothing; what the restart itself ends counts once", async () => {
    const store = new MemoryStore();
    const first = await startWorld({ store });
    first.dogs.login("a");
    first.clock.advance(90_000);
    first.dogs.drop("a");
    first.dogs.login("b");
    await first.journal.committed();
    first.readModel.close();
    const second = await startWorld({ store, clock: first.clock });
    const metrics = createMetrics();
    const unwatch = metrics.watchFleet(second.readModel);
    second.dogs.login("c");
    second.clock.advance(90_000);
    second.dogs.drop("c");
    unwatch();
    second.dogs.login("c");
    second.clock.advance(90_000);
    second.dogs.drop("c");
    const begun = await lines(metrics, 'leash_outages_begun_total{reason="peer_reset"');
    expect(begun.map((line) => line.split(" ")[1])).toEqual(["1", "0"]);
    await second.close();
  });

  it("G162: a past that is away or busy is said, and holds no scrape", async () => {
    const clock = new FakeClock();
    let answer: WatchedHistory["facts"] = async () => ({
      snapshotAt: null,
      lag: 3,
      earliest: 1_000,
      oldestAt: 1_000,
      bytes: 9,
    });
    const metrics = createMetrics();
    metrics.watchHistory({ facts: () => answer() }, clock);
    const up = () =>
      lines(metrics, "leash_history_up", "leash_history_snapshot_lag_events", "leash_history_snapshot_age");
    expect(await up()).toEqual([
      "leash_history_up 1",
      "leash_history_snapshot_age_seconds Nan",
      "leash_history_snapshot_lag_events 3",
    ]);
    answer = () => Promise.reject(new Error("away"));
    expect((await up())[0]).toBe("leash_history_up 1");
    clock.advance(5_000);
    expect((await up())[0]).toBe("leash_history_up 0");
    answer = () => new Promise(() => {});
    clock.advance(5_000);
    const scrape = up();
    await Promise.resolve();
    clock.advance(1_000);
    expect((await scrape)[0]).toBe("leash_history_up 0");
    expect((await scrape)[2]).toBe("leash_history_snapshot_lag_events 3");
  });
});
