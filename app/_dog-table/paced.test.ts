import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createPaced } from "./paced.ts";

describe("paced refetch", () => {
  it("C25: asks in a storm run at most once each 2 s, and the last is not lost", () => {
    const clock = new FakeClock();
    const runs: number[] = [];
    const paced = createPaced(
      clock,
      () => 2_000,
      () => runs.push(clock.monotonic()),
    );
    for (let step = 0; step < 50; step += 1) {
      paced.ask();
      clock.advance(100);
    }
    clock.advance(10_000);
    expect(runs).toEqual([0, 2_000, 4_000, 6_000]);
  });

  it("C25: closing drops what waits and refuses more", () => {
    const clock = new FakeClock();
    let runs = 0;
    const paced = createPaced(
      clock,
      () => 2_000,
      () => {
        runs += 1;
      },
    );
    paced.ask();
    paced.ask();
    paced.close();
    paced.ask();
    clock.advance(10_000);
    expect(runs).toBe(1);
    expect(clock.pending).toBe(0);
  });
});
