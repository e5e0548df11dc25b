import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createForwardClock } from "./forward-clock.ts";

const HOUR = 3_600_000;
const YEARS = 10 * 365 * 24 * HOUR;

describe("a clock that is never set back", () => {
  it("G23, G150: is the wall clock while that one behaves", () => {
    const wall = new FakeClock();
    const clock = createForwardClock(wall);
    for (const ms of [0, 1, 999, 60_000, HOUR]) {
      wall.advance(ms);
      expect(clock.now()).toBe(wall.now());
    }
  });

  it.each([HOUR, YEARS])("G23, G150: set back by %d ms it goes on, at most half a percent slower", (back) => {
    const wall = new FakeClock();
    const clock = createForwardClock(wall);
    const before = clock.now();
    wall.jumpWall(-back);
    expect(clock.now()).toBe(before);
    wall.advance(60_000);
    expect(clock.now() - before).toBeGreaterThanOrEqual(59_700);
    expect(clock.now() - before).toBeLessThanOrEqual(60_000);
  });

  it("G23, G150: the wall catches up, and then it is the wall again", () => {
    const wall = new FakeClock();
    const clock = createForwardClock(wall);
    wall.jumpWall(-1_000);
    wall.advance(199_000);
    expect(clock.now()).toBeGreaterThan(wall.now());
    wall.advance(1_000);
    expect(clock.now()).toBe(wall.now());
  });

  it("G23, G150: a leap ahead is followed", () => {
    const wall = new FakeClock();
    const clock = createForwardClock(wall);
    wall.jumpWall(YEARS);
    expect(clock.now()).toBe(wall.now());
  });

  it("G23, G150: goes on from where the run before it ended", () => {
    const wall = new FakeClock();
    const clock = createForwardClock(wall);
    const ended = wall.now() + HOUR;
    clock.notBefore(ended);
    expect(clock.now()).toBe(ended);
    clock.notBefore(0);
    expect(clock.now()).toBe(ended);
  });

  it("G23, G150: tells each step once", () => {
    const wall = new FakeClock();
    const steps: number[] = [];
    const clock = createForwardClock(wall, (ms) => steps.push(ms));
    for (const jump of [0, 999, -HOUR, 0, HOUR]) {
      wall.jumpWall(jump);
      wall.advance(500);
      clock.now();
      clock.now();
    }
    expect(steps).toEqual([-HOUR, HOUR]);
  });

  it("G23, G150: never runs back, never falls behind the wall, whatever the wall does", () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -YEARS, max: YEARS }), fc.integer({ min: 0, max: HOUR }))),
        (jumps) => {
          const wall = new FakeClock();
          const clock = createForwardClock(wall);
          let last = clock.now();
          for (const [jump, passed] of jumps) {
            wall.jumpWall(jump);
            wall.advance(passed);
            const now = clock.now();
            expect(now - last).toBeGreaterThanOrEqual(Math.floor(passed * 0.99));
            expect(now).toBeGreaterThanOrEqual(wall.now());
            last = now;
          }
        },
      ),
    ));
});
