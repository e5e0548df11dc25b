import { describe, expect, it } from "vitest";
import { PEERS } from "../peers/peer.ts";
import { withDogs } from "./with-dogs.ts";
import type { Context } from "./work.ts";

const DOGS = 20;
const context: Context = { quick: true, pin: false, profileDir: undefined, say: () => {} };

describe("a round of the bench", () => {
  it.each(PEERS)("does its work against %s and counts every answer", async (name) => {
    await withDogs(name, DOGS, context, async (scene) => {
      const entered = await scene.enter(DOGS);
      expect(entered.report).toMatchObject({ answers: DOGS, refusals: 0 });
      expect(entered.cpuSeconds).toBeGreaterThan(0);
      const heartbeats = await scene.observe({ do: "flood", op: "heartbeat", count: 200, window: 10 });
      expect(heartbeats.report).toMatchObject({ answers: 200, answerBytes: 200 * (name === "socket.io" ? 121 : 116) });
      const pings = await scene.observe({ do: "pace", op: "ping", perSecond: 100, seconds: 1 });
      expect(pings.report.answers).toBe(100);
      const storm = await scene.observe({ do: "storm", redial: "seed", withinMs: 10_000 });
      expect(storm.report.answers).toBe(DOGS);
    });
  });

  it("fails where a dial is refused for good", async () => {
    await withDogs("leash", DOGS, context, async ({ peer, driver }) => {
      await driver.pack({ name: "socket.io", port: peer.port }, 1);
      await expect(driver.order({ do: "enter", dogs: 1, window: 1, perSecond: 10 })).rejects.toThrow(
        "enter: a dial was refused with 404",
      );
    });
  });
});
