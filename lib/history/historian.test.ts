import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { endOf } from "#lib/testing/fleet-script.ts";
import { anyHistory, StoredHistory } from "#lib/testing/history-script.ts";
import { Historian } from "./historian.ts";

/** Properties run hundreds of times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 120_000 });

const RUNS = { numRuns: 600 };

/** A fold with its historian. */
function listening(isMuted = false) {
  const historian = new Historian({ isMuted });
  return { historian, state: new FleetState({}, historian.listener) };
}

/** Told at once: one take at the end. */
function rebuilt(events: readonly FleetEvent[], now: number) {
  const stored = new StoredHistory();
  const { historian, state } = listening();
  for (const event of events) state.ingest(event);
  state.advance(now);
  stored.add(historian.take(now));
  return stored.told();
}

/** What is done after an event, before the next one: how far time moves towards it, and whether it is taken then. */
const anyStep = fc.record({
  share: fc.constantFrom(0, 0, 0.1, 0.5, 0.9, 1),
  advances: fc.boolean(),
  takes: fc.boolean(),
});
const anySteps = fc.array(anyStep, { minLength: 61, maxLength: 61 });
const later = fc.nat(4_000_000);

it("H1: however the same history is cut into commits, it adds up to the same", () => {
  fc.assert(
    fc.property(anyHistory, anySteps, later, (events, steps, wait) => {
      const now = endOf(events) + wait;
      const stored = new StoredHistory();
      const { historian, state } = listening();
      events.forEach((event, index) => {
        state.ingest(event);
        const step = steps[index % steps.length];
        const next = events[index + 1]?.at ?? now + 1;
        if (step?.advances) state.advance(event.at + Math.floor((next - 1 - event.at) * step.share));
        if (step?.takes) stored.add(historian.take(state.now));
      });
      state.advance(now);
      stored.add(historian.take(now));
      expect(stored.told()).toEqual(rebuilt(events, now));
    }),
    RUNS,
  );
});
