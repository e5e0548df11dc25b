import { expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { SpeedClock } from "./speed-clock.ts";

it("R39: a clock that runs faster keeps every wait in its own time, also when its pace changes", () => {
  const base = new FakeClock(1_000_000);
  const clock = new SpeedClock(1, base);
  const ran: number[] = [];
  clock.schedule(10_000, () => ran.push(clock.monotonic()));
  const cancel = clock.schedule(10_000, () => expect.unreachable("a cancelled task ran"));
  base.advance(4_000);
  clock.setSpeed(60);
  cancel();
  base.advance(99);
  expect(ran).toEqual([]);
  base.advance(1);
  expect(ran).toEqual([10_000]);
  expect([clock.now(), base.pending]).toEqual([1_010_000, 0]);
});
