import { expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { systemClock } from "./system-clock.ts";

it("R39: a fake clock runs what is due, in order, each at its own instant", () => {
  const clock = new FakeClock(1_000);
  const ran: (readonly [string, number])[] = [];
  clock.schedule(20, () => ran.push(["b", clock.now()]));
  clock.schedule(10, () => {
    ran.push(["a", clock.now()]);
    clock.schedule(10, () => ran.push(["c", clock.now()]));
  });
  const cancel = clock.schedule(15, () => ran.push(["never", clock.now()]));
  cancel();
  cancel();
  clock.advance(9);
  expect(ran).toEqual([]);
  clock.advance(11);
  expect(ran).toEqual([
    ["a", 1_010],
    ["b", 1_020],
    ["c", 1_020],
  ]);
  expect(clock.pending).toBe(0);
});

it("R39: a wall clock that steps moves no timer", () => {
  const clock = new FakeClock(1_000);
  let ran = 0;
  clock.schedule(100, () => ran++);
  clock.jumpWall(-5_000);
  clock.advance(99);
  expect([ran, clock.now(), clock.monotonic()]).toEqual([0, -3_901, 99]);
  clock.advance(1);
  expect(ran).toBe(1);
});

it("R39: the system clock runs a task once and never a cancelled one", async () => {
  const cancel = systemClock.schedule(0, () => expect.unreachable("a cancelled task ran"));
  cancel();
  const before = systemClock.monotonic();
  await new Promise<void>((resolve) => systemClock.schedule(1, resolve));
  expect(systemClock.monotonic()).toBeGreaterThanOrEqual(before);
  expect(systemClock.now()).toBeGreaterThan(1_700_000_000_000);
});
