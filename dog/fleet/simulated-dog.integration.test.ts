import { createServer } from "node:net";
import { expect, it } from "vitest";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { SimulatedDog } from "./simulated-dog.ts";

const YEARS = 10 * 365 * 24 * 3_600_000;
const JUMPS = [YEARS, -YEARS, -3_600_000, 3_600_000, -YEARS];

/** Notes how long the dog meant to wait each time. */
class WatchedClock extends FakeClock {
  readonly waits: number[] = [];

  override schedule(delayMs: number, run: () => void): () => void {
    this.waits.push(delayMs);
    return super.schedule(delayMs, run);
  }
}

it("G23: a dog whose wall clock jumps keeps to its backoff: waits come from monotonic time", async () => {
  const clock = new WatchedClock();
  let dials = 0;
  const refusing = createServer((socket) => {
    dials++;
    socket.on("error", () => {});
    socket.resetAndDestroy();
  });
  await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
  const address = refusing.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const schedule = { ...leashSchedule(), jitter: 0 };
  const identity = { sn: "D1", appId: "app", site: "s", network: "4G", firmware: "1", schedule };
  const context = { url: `ws://127.0.0.1:${port}/ws`, token: "t", clock, random: () => 0.5, act: () => {} };
  const dog = new SimulatedDog(identity, context);
  dog.start();
  for (const [i, jump] of JUMPS.entries()) {
    await expect.poll(() => clock.waits.length).toBe(i + 1);
    clock.jumpWall(jump);
    const wait = clock.waits[i] ?? 0;
    clock.advance(wait - 1);
    expect(dials).toBe(i + 1);
    clock.advance(1);
    await expect.poll(() => dials).toBe(i + 2);
  }
  expect(clock.waits.slice(0, JUMPS.length)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  dog.stop();
  refusing.close();
});
