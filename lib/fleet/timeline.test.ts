import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { CAUSE, EventLog, T0 } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { type FleetEvent, isDogEvent } from "./event.ts";
import { FleetState } from "./fleet-state.ts";
import { stabilityOf } from "./stability.ts";
import { dogHistory } from "./timeline.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

function history(events: readonly FleetEvent[], from: number, to: number, sn = "dog-1", known = events) {
  const state = new FleetState();
  for (const event of events) state.ingest(event);
  const dog = state.get(sn);
  if (dog === undefined) throw new Error(`no ${sn}`);
  const own = known.filter(isDogEvent).filter((event) => event.sn === sn);
  return dogHistory({ dog, events: own, watchEvents: state.watchEvents(), unknown: state.unknownSpans(), from, to });
}

const minutes = (count: number) => count * 60_000;

/** Up 10 min, down 2 min, settling 1 min, up; gateway away from minute 30 to 40. */
function aDay() {
  const log = new EventLog(T0);
  log.started();
  const first = log.connected();
  log.after(minutes(10)).disconnected("dog-1", first.session);
  const login = log.after(minutes(2)).connected();
  log.after(minutes(1)).stable("dog-1", login.session);
  const next = new EventLog(T0 + minutes(40), "epoch-2");
  next.started("gw-1", { epoch: log.epoch, aliveUntil: T0 + minutes(30), clean: false });
  next.after(1_000).connected();
  return [...log.events, ...next.events];
}

it("R32: a timeline covers its window without a hole, unknown time laid over all else", () => {
  const { spans, marks } = history(aDay(), T0 - minutes(5), T0 + minutes(41));
  expect(spans.map((span) => [span.state, Math.round((span.from - T0) / 1_000)])).toEqual([
    ["unknown", -300],
    ["connected", 0],
    ["waiting", 600],
    ["settling", 720],
    ["connected", 780],
    ["unknown", 1_800],
    ["waiting", 2_400],
    ["settling", 2_401],
  ]);
  expect(marks.map((mark) => mark.kind)).toEqual(["login", "login", "login"]);
});

it("R32: any window of any dog is covered exactly once, in order", () => {
  fc.assert(
    fc.property(anyJournal, fc.nat(3_000_000), fc.nat(3_000_000), (events, before, length) => {
      const sn = events.find(isDogEvent)?.sn;
      if (sn === undefined || !events.some((event) => event.type === "dog.connected" && event.sn === sn)) return;
      const from = endOf(events) - before;
      const { spans } = history(events, from, from + length, sn);
      let cursor = from;
      for (const span of spans) {
        expect(span.from).toBe(cursor);
        expect(span.to).toBeGreaterThan(span.from);
        cursor = span.to;
      }
      expect(cursor).toBe(from + length);
    }),
  );
});

it("R32: where the journal begins in the middle of a session, the first event tells what was before", () => {
  const events = aDay();
  const { spans } = history(events, T0 + minutes(5), T0 + minutes(11), "dog-1", events.slice(2));
  expect(spans.map((span) => span.state)).toEqual(["connected", "waiting"]);
  const quiet = history(events, T0 + minutes(15), T0 + minutes(20), "dog-1", events.slice(2));
  expect(quiet.spans.map((span) => span.state)).toEqual(["connected"]);
});

it("R32: a window that begins in an outage knows it from the events before, and counts what ended before for neither side", () => {
  const events = aDay();
  const from = T0 + minutes(11);
  const told = history(events, from, T0 + minutes(15), "dog-1", events.slice(2));
  expect(told.spans.map((span) => span.state)).toEqual(["waiting", "settling", "connected"]);
  expect(told.begun).toEqual([]);
  const stability = stabilityOf(told, from, T0 + minutes(15));
  expect(stability.outages).toBe(0);
  expect(stability.availability).toBeCloseTo(0.75, 3);
  const later = T0 + minutes(20);
  expect(stabilityOf(history(events, later, T0 + minutes(25)), later, T0 + minutes(25))).toMatchObject({
    availability: 1,
    meanRecoverMs: null,
  });
});

it("R33: a forced close is no downtime while it may still be answered in time", () => {
  const log = new EventLog(T0);
  log.started();
  const { session } = log.connected();
  log.after(minutes(2)).disconnected("dog-1", session, CAUSE.forced);
  const at = (to: number) => stabilityOf(history(log.events, T0, to), T0, to).availability;
  expect(at(T0 + minutes(2) + 59_000)).toBe(1);
  expect(at(T0 + minutes(4))).toBeCloseTo(0.5, 3);
});

it("R33: downtime runs to the login that became stable; unknown time counts for neither side", () => {
  const from = T0;
  const to = T0 + minutes(60);
  const stability = stabilityOf(history(aDay(), from, to), from, to);
  expect(stability).toMatchObject({ outages: 2, recovered: 1, gaveUp: 0, flaps: 0 });
  expect(stability.unknownMs).toBeCloseTo(minutes(10), -2);
  expect(stability.watchedMs + stability.unknownMs).toBe(minutes(60));
  expect(stability.availability).toBeCloseTo(1 - (minutes(2) + 1_000) / minutes(50), 4);
  expect(stability.meanRecoverMs).toBe(minutes(2));
  expect(stability.meanBetweenMs).toBeCloseTo((minutes(48) - 1_000) / 2, -3);
});

it("R33: time offline leaves the denominator; what was given up is down until then", () => {
  const log = new EventLog(T0);
  log.started();
  const { session } = log.connected();
  log.after(minutes(30)).disconnected("dog-1", session);
  log.after(minutes(30)).append({ type: "record.cleaned", through: log.now, actor: "system" });
  const to = T0 + minutes(240);
  const stability = stabilityOf(history(log.events, T0, to), T0, to);
  expect(stability).toMatchObject({ outages: 1, recovered: 0, gaveUp: 1, meanRecoverMs: null });
  expect(stability.availability).toBeCloseTo(0.5, 3);
  expect(stability.meanBetweenMs).toBeCloseTo(minutes(30), -2);
});

it("R33: the auth lane is down time and nothing else", () => {
  const log = new EventLog(T0);
  log.started();
  const { session } = log.connected();
  log.after(minutes(8)).disconnected("dog-1", session);
  log.after(minutes(1)).refused("dog-1");
  const login = log.after(minutes(1)).connected();
  log.after(minutes(1)).stable("dog-1", login.session);
  const to = T0 + minutes(20);
  expect(stabilityOf(history(log.events, T0, to), T0, to)).toMatchObject({
    outages: 0,
    gaveUp: 0,
    meanRecoverMs: null,
  });
  expect(stabilityOf(history(log.events, T0, to), T0, to).availability).toBeCloseTo(0.9, 3);
});

it("R33: a window nobody watched has no availability", () => {
  const stability = stabilityOf(
    history(aDay(), T0 + minutes(31), T0 + minutes(39)),
    T0 + minutes(31),
    T0 + minutes(39),
  );
  expect(stability).toMatchObject({ availability: null, watchedMs: 0, unknownMs: minutes(8) });
});
