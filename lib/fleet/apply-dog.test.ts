import { describe, expect, it } from "vitest";
import { CAUSE, EventLog, ourSchedule, T0 } from "#lib/testing/builders.ts";
import { applyDog } from "./apply-dog.ts";
import type { Dog } from "./dog.ts";
import type { DogDisconnected, FleetEvent } from "./event.ts";
import { FLEET_OPTIONS } from "./fleet-options.ts";
import { viewDog } from "./view.ts";

function fold(events: readonly FleetEvent[], from?: Dog): Dog {
  const context = { gateway: "gw-1", options: FLEET_OPTIONS };
  const dog = events.reduce<Dog | undefined>((before, event) => applyDog(before, event, context), from);
  if (dog === undefined) throw new Error("no event made a dog");
  return dog;
}

const HEARD_BEFORE_MS = 20_000;

/** A dog that was up for `upMs`, then ended by `cause`, last heard 20 s before. */
function ended(cause: Partial<DogDisconnected>, upMs = 120_000) {
  const log = new EventLog();
  const { session } = log.connected();
  log.after(upMs).disconnected("dog-1", session, { ...cause, lastHeardAt: log.now - HEARD_BEFORE_MS });
  return { log, session, dog: fold(log.events) };
}

describe("R12: what an ended session amounts to", () => {
  const heard = T0 + 120_000 - HEARD_BEFORE_MS;
  const closed = T0 + 120_000;
  it.each([
    ["network", CAUSE.network, "reconnecting", heard, 1],
    ["missed pongs", CAUSE.timeout, "reconnecting", heard, 1],
    ["unknown", CAUSE.unknown, "reconnecting", heard, 1],
    ["1011", CAUSE.server, "reconnecting", closed, 0],
    ["drain 1012", CAUSE.drain, "reconnecting", closed, 0],
    ["42xx", CAUSE.auth, "refused", closed, 0],
    ["forced 4000", CAUSE.forced, "reconnecting", closed, 0],
    ["the dog's own 1000", CAUSE.goodbye, "offline", null, 0],
    ["the dog's own 1005", { ...CAUSE.unknown, initiator: "dog", closeCode: 1005 }, "offline", null, 0],
  ] as const)("%s", (_name, cause, state, startedAt, flaps) => {
    const { dog } = ended(cause);
    expect(viewDog(dog, closed).state).toBe(state);
    expect(dog.outage?.startedAt ?? null).toBe(startedAt);
    expect(dog.outage?.detectedAt ?? null).toBe(startedAt === null ? null : closed);
    expect(dog.flaps).toEqual([]);
    const short = ended(cause, 59_999).dog;
    expect(short.flaps).toHaveLength(flaps);
  });
});

it("R13: three flaps in 10 min are flapping, and each leaves the count 10 min later", () => {
  const log = new EventLog();
  for (let i = 0; i < 3; i++) {
    const { session } = log.connected();
    log.after(5_000).disconnected("dog-1", session);
    log.after(1_000);
  }
  const dog = fold(log.events);
  expect(viewDog(dog, log.now)).toMatchObject({ flapCount: 3, flapping: true });
  const first = dog.flaps[0] ?? 0;
  expect(viewDog(dog, first + 599_999).flapCount).toBe(3);
  expect(viewDog(dog, first + 600_000)).toMatchObject({ flapCount: 2, flapping: false });
});

it("R14: a forced close counts as an outage only when the dog is not back within 60 s, then from the close", () => {
  const { log, dog } = ended(CAUSE.forced);
  const closedAt = log.now;
  expect(viewDog(dog, closedAt + 59_999).outageCounts).toBe(false);
  expect(viewDog(dog, closedAt + 60_000).outageCounts).toBe(true);
  const back = fold([log.after(59_999).connected()], dog);
  expect(back.outage).toBeNull();
  expect(viewDog(back, log.now).state).toBe("connected");
  const late = fold([new EventLog(closedAt + 60_000, "later").connected()], dog);
  expect(late.outage?.startedAt).toBe(closedAt);
  expect(viewDog(late, closedAt + 60_000).state).toBe("settling");
});

it("R14: a dog forced while it settles stays in the outage it was settling from", () => {
  const { log, dog } = ended(CAUSE.network);
  const login = log.after(2_000).connected();
  log.after(3_000).disconnected("dog-1", login.session, CAUSE.forced);
  const forced = fold(log.events);
  expect(forced.outage).toMatchObject({
    id: dog.outage?.id,
    forced: false,
    cause: "peer_reset",
    reason: "forced_reconnect",
  });
  expect(forced.flaps).toEqual([]);
});

describe("R15: a login that replaces a live session", () => {
  it("is no outage where the old session was heard", () => {
    const log = new EventLog();
    log.connected();
    const next = log.after(30_000).connected();
    const dog = fold(log.events);
    expect(dog).toMatchObject({ outage: null, flaps: [], session: { id: next.session } });
  });

  it("is a network time-out from the last frame, ended by the login, where it was silent", () => {
    const log = new EventLog();
    const { session } = log.connected();
    log.after(50_000).silent("dog-1", session, T0 + 5_000);
    log.after(5_000).connected();
    const dog = fold(log.events);
    expect(dog.outage).toMatchObject({
      startedAt: T0 + 5_000,
      reason: "network_timeout",
      loginAt: T0 + 55_000,
      dials: 1,
    });
    expect(dog.flaps).toEqual([T0 + 55_000]);
    expect(viewDog(dog, log.now)).toMatchObject({ state: "settling", isConnected: true, attempts: 0, reason: null });
  });

  it("is the same when the gateway says so before the login", () => {
    const log = new EventLog();
    const { session } = log.connected();
    const replaced = { reason: "session_replaced", closeCode: 4500, initiator: "gateway" } as const;
    log.after(30_000).disconnected("dog-1", session, replaced);
    log.connected();
    expect(fold(log.events)).toMatchObject({ outage: null, offline: false, flaps: [] });
  });
});

it("R16: a lost gateway ends its sessions when it was last alive, without a flap", () => {
  const log = new EventLog();
  const { session } = log.connected();
  const next = new EventLog(T0 + 90_000, "epoch-2");
  next.started("gw-1", { epoch: log.epoch, aliveUntil: T0 + 20_000, clean: false });
  const dog = fold([...log.events, ...next.events]);
  expect(dog.outage).toMatchObject({ reason: "gateway_lost", startedAt: T0 + 20_000, detectedAt: T0 + 20_000 });
  expect(dog).toMatchObject({ session: null, lastSession: session, flaps: [] });
  expect(viewDog(dog, T0 + 90_000)).toMatchObject({ state: "reconnecting", category: "server" });
});

it("R17: what comes late from an older session changes nothing", () => {
  const { log, session, dog } = ended(CAUSE.forced);
  const back = log.after(4).connected();
  const current = fold(log.events);
  const late = log.after(2_000).disconnected("dog-1", session, { reason: "abnormal_closure", closeCode: 1006 });
  for (const event of [late, log.silent("dog-1", session, T0), log.stable("dog-1", session)]) {
    expect(fold([event], current)).toBe(current);
  }
  expect(dog.session).toBeNull();
  expect(current.session?.id).toBe(back.session);
});

it("R18: attempts start again at a login for a seed dog, after 60 s up for a leash dog", () => {
  const attemptsAfterFlap = (fields: Parameters<EventLog["connected"]>[1]) => {
    const log = new EventLog();
    const { session } = log.connected("dog-1", fields);
    log.after(120_000).disconnected("dog-1", session);
    const again = log.after(40_000).connected("dog-1", fields);
    const before = viewDog(fold(log.events.slice(0, 2)), log.now).attempts;
    log.after(10_000).disconnected("dog-1", again.session);
    return { before, after: viewDog(fold(log.events), log.now).attempts };
  };
  expect(attemptsAfterFlap({})).toEqual({ before: 5, after: 0 });
  const leash = attemptsAfterFlap({ schedule: ourSchedule });
  expect(leash.after).toBe(leash.before + 1);
  expect(leash.before).toBeGreaterThan(0);
});

it("R18: each end before 60 s is a step of a leash dog's backoff; what it reports of its dials says from where", () => {
  const log = new EventLog();
  let { session } = log.connected("dog-1", { schedule: ourSchedule });
  const waits: unknown[] = [];
  log.after(120_000).disconnected("dog-1", session);
  for (let flaps = 0; flaps < 30; flaps++) {
    // Later than the middle that is assumed: only the report tells that it was one dial.
    const last = {
      id: `o${flaps}`,
      dials: 1,
      durationMs: 1,
      delaysMs: [],
      probes: 0,
      lastError: null,
      serversTried: 1,
    };
    session = log.after(40_000).connected("dog-1", { schedule: ourSchedule, outage: last }).session;
    log.after(10_000).disconnected("dog-1", session);
    const { attempts, nextRetryAt } = viewDog(fold(log.events), log.now);
    waits.push([attempts, (nextRetryAt ?? Number.NaN) - log.now]);
  }
  expect(waits.slice(0, 7)).toEqual([
    [1, 3_000],
    [2, 3_500],
    [3, 5_000],
    [4, 10_000],
    [5, 20_000],
    [6, 37_500],
    [7, 37_500],
  ]);
  expect(waits.at(-1)).toEqual([10, 37_500]);
});

it("R18: a force or a drain while it settles is answered as ever, from the position it had", () => {
  const anchorAfter = (cause: Partial<DogDisconnected>) => {
    const log = new EventLog();
    const { session } = log.connected("dog-1", { schedule: ourSchedule });
    log.after(120_000).disconnected("dog-1", session);
    const again = log.after(1_000).connected("dog-1", { schedule: ourSchedule });
    log.after(10_000).disconnected("dog-1", again.session, cause);
    const { attempts, nextRetryAt } = viewDog(fold(log.events), log.now);
    return [attempts, (nextRetryAt ?? Number.NaN) - log.now];
  };
  expect([CAUSE.forced, CAUSE.drain, CAUSE.auth, CAUSE.network].map(anchorAfter)).toEqual([
    [0, 500],
    [0, 5_000],
    [0, 5_000],
    [1, 3_000],
  ]);
});

it("R18: the dials of an outage are the lapsed windows and one, or what the dog reports", () => {
  const { log, dog } = ended(CAUSE.network);
  const reported = { id: "o1", dials: 7, durationMs: 9_000, delaysMs: [], probes: 0, lastError: null, serversTried: 1 };
  const projected = log.after(3_020).connected();
  expect(fold([projected], dog).outage?.dials).toBe(3);
  expect(fold([{ ...projected, outage: reported }], dog).outage?.dials).toBe(7);
});

it("G124: a dog remembers the last outage it told of; a login without the report counts what is projected", () => {
  const { log, dog } = ended(CAUSE.network);
  const outage = { id: "o1", dials: 7, durationMs: 9_000, delaysMs: [], probes: 0, lastError: null, serversTried: 1 };
  const told = log.after(9_000).connected("dog-1", { schedule: ourSchedule, outage });
  const back = fold([told], dog);
  expect(back).toMatchObject({ reportedId: "o1", outage: { dials: 7, reported: outage } });
  const dropped = log.after(1_000).disconnected("dog-1", told.session);
  const again = log.after(20_000).connected("dog-1", { schedule: ourSchedule });
  const after = fold([dropped, again], back);
  expect(after).toMatchObject({ reportedId: "o1", outage: { reported: outage } });
  expect(after.outage?.dials).toBeGreaterThan(7);
});

describe("R19: refusals", () => {
  it("put a dog that is out in the auth lane; the next login ends that", () => {
    const { log } = ended(CAUSE.network);
    log.after(1_000).refused("dog-1");
    const dog = fold(log.events);
    expect(dog.outage).toMatchObject({ refused: true, auth: true, failures: 1 });
    expect(viewDog(dog, log.now)).toMatchObject({
      state: "refused",
      reason: "auth_failed",
      category: "auth",
      inActive: true,
    });
    log.after(1_000).connected();
    expect(viewDog(fold(log.events), log.now)).toMatchObject({ state: "settling", rowReason: "peer_reset" });
  });

  it("of a dog that is connected, or of a stranger, change nothing", () => {
    const log = new EventLog();
    log.connected();
    const dog = fold(log.events);
    expect(fold([log.refused("dog-1")], dog)).toBe(dog);
    expect(applyDog(undefined, log.refused("who"), { gateway: null, options: FLEET_OPTIONS })).toBeUndefined();
  });

  it("of a dog that was offline begin an outage in the auth lane", () => {
    const { log } = ended(CAUSE.goodbye);
    log.after(60_000).refused("dog-1");
    expect(viewDog(fold(log.events), log.now)).toMatchObject({ state: "refused", since: log.now });
  });
});

it("R20: a cleanup makes records whose last observation is old enough offline, keeping last seen and reason", () => {
  const { log, dog } = ended(CAUSE.network);
  const clean = (through: number) => fold([log.append({ type: "record.cleaned", through, actor: "system" })], dog);
  expect(clean(T0 + 119_999)).toBe(dog);
  const cleaned = clean(T0 + 120_000);
  expect(cleaned).toMatchObject({ outage: null, offline: true, lastReason: "peer_reset", lastSeenAt: dog.lastSeenAt });
  expect(viewDog(cleaned, log.now)).toMatchObject({
    state: "offline",
    reason: "peer_reset",
    attempts: 0,
    nextRetryAt: null,
  });
});

describe("R21: after a journal gap", () => {
  function gap() {
    const log = new EventLog();
    const login = log.connected();
    log.after(90_000).append({ type: "journal.gap", from: T0 + 60_000, to: T0 + 90_000, dropped: 9 });
    return { log, login, before: fold(log.events.slice(0, 1)), dog: fold(log.events) };
  }

  it("a session that is observed again stands as it stood", () => {
    const { log, login, before, dog } = gap();
    expect(dog.session).toBeNull();
    const { session, outage } = fold([log.append({ ...login, type: "dog.connected" })], dog);
    expect({ session, outage }).toEqual({ session: before.session, outage: null });
  });

  it("one that is not is an outage after 60 s", () => {
    const { log, dog } = gap();
    expect(viewDog(dog, log.now + 60_000)).toMatchObject({
      state: "reconnecting",
      reason: "unknown",
      outageCounts: true,
    });
  });
});

it("R22: a retired dog is in no list, and a login brings it back", () => {
  const { log } = ended(CAUSE.network);
  log.append({ type: "dog.retired", sn: "dog-1", actor: "ops", note: null });
  expect(viewDog(fold(log.events), log.now)).toMatchObject({ state: "retired", inActive: false, isConnected: false });
  log.refused("dog-1");
  expect(fold(log.events).retired).toBe(true);
  log.connected();
  expect(viewDog(fold(log.events), log.now).state).toBe("connected");
});

it("R41: a changed policy is the schedule of connected dogs that follow it; an outage keeps its own", () => {
  const slow = { maxRetries: 3, baseDelayMs: 5_000, maxDelayMs: 60_000 };
  const after = (source: "pushed" | "reported", isOut: boolean) => {
    const log = new EventLog();
    const { session } = log.connected("dog-1", { schedule: { ...ourSchedule, source } });
    if (isOut) log.after(120_000).disconnected("dog-1", session);
    log.after(1_000).append({ type: "policy.changed", pushed: slow, assumed: slow });
    return fold(log.events).schedule.maxRetries;
  };
  expect(after("pushed", false)).toBe(3);
  expect(after("reported", false)).toBe(10);
  expect(after("pushed", true)).toBe(10);
});
