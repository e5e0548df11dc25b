import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { type FleetEvent, isDogEvent } from "./event.ts";
import { FLEET_OPTIONS } from "./fleet-options.ts";
import { FleetState } from "./fleet-state.ts";
import { stabilityOf } from "./stability.ts";
import { type DogHistory, dogHistory } from "./timeline.ts";
import { outageCounts } from "./view.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

/** The time down as METRICS.md words it: every downtime laid over every expected span. */
function downMsByHand({ ended, begun, spans, dog }: DogHistory, to: number): number {
  const returned = new Set(ended.filter(({ outcome }) => outcome === "returned").map(({ id }) => id));
  const open = dog?.outage && outageCounts(dog, to, FLEET_OPTIONS) ? dog.outage : null;
  const downtimes = ended
    .filter(({ id, outcome }) => outcome !== "gave_up" || !(returned.has(id) || id === open?.id))
    .map(({ startedAt, endedAt, outcome }) => {
      if (outcome !== "gave_up") return { from: startedAt, to: endedAt };
      const anew = begun.find((other) => other.startedAt > startedAt)?.startedAt ?? to;
      const gone = spans.find((span) => span.state === "offline" && span.from >= endedAt)?.from ?? to;
      return { from: startedAt, to: Math.min(anew, gone) };
    });
  if (open !== null) downtimes.push({ from: open.startedAt, to: open.loginAt ?? to });
  const expected = spans.filter(({ state }) => state !== "unknown" && state !== "offline");
  const overlaps = downtimes.flatMap((down) =>
    expected.map((span) => Math.max(0, Math.min(span.to, down.to) - Math.max(span.from, down.from))),
  );
  return overlaps.reduce((sum, ms) => sum + ms, 0);
}

function historyOf(events: readonly FleetEvent[], sn: string, from: number, to: number): DogHistory {
  const state = new FleetState();
  for (const event of events) state.ingest(event);
  const dog = state.get(sn);
  if (dog === undefined) throw new Error(`no ${sn}`);
  const own = events.filter(isDogEvent).filter((event) => event.sn === sn);
  return dogHistory({ dog, events: own, watchEvents: state.watchEvents(), unknown: state.unknownSpans(), from, to });
}

function expectAsByHand(history: DogHistory, from: number, to: number): void {
  const expectedMs = history.spans
    .filter(({ state }) => state !== "unknown" && state !== "offline")
    .reduce((sum, span) => sum + span.to - span.from, 0);
  const { availability } = stabilityOf(history, from, to);
  expect(availability).toBe(expectedMs === 0 ? null : (expectedMs - downMsByHand(history, to)) / expectedMs);
}

it("R33: time down is every downtime laid over every expected span, in any window of any dog", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(3_000_000), fc.nat(3_000_000), (events, before, length) => {
      const from = endOf(events) - before;
      const to = from + length;
      for (const sn of ["a", "b", "c"]) {
        if (!events.some((event) => event.type === "dog.connected" && event.sn === sn)) continue;
        expectAsByHand(historyOf(events, sn, from, to), from, to);
      }
    }),
  );
});

it("R33: the same of a dog that dropped hundreds of times, with gaps, goodbyes and give-ups between", () => {
  const log = new EventLog(T0);
  log.started();
  for (let i = 0; i < 400; i++) {
    const { session } = log.after(i % 50 === 0 ? 3_000_000 : 5_000).connected();
    if (i % 3 === 0) log.after(60_000).stable("dog-1", session);
    if (i % 20 === 0) log.after(9_000).append({ type: "journal.gap", from: log.now - 7_000, to: log.now, dropped: 1 });
    if (i % 70 === 69) log.after(1_000).append({ type: "record.cleaned", through: log.now, actor: "system" });
    log.after(1_000).disconnected("dog-1", session);
  }
  const to = log.now + 1_000;
  const history = historyOf(log.events, "dog-1", T0, to);
  expect(new Set(history.ended.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
  expectAsByHand(history, T0, to);
});
