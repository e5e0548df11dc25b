import { describe, expect, it } from "vitest";
import { CLOSE, closePolicy } from "#lib/protocol/close-codes.ts";
import { codeOfClose, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { DrivenLink, systemError } from "#lib/testing/driven-link.ts";

const LOWEST = () => 0;
const HIGHEST = () => 1 - Number.EPSILON;
const REFUSED = { error: systemError("ECONNREFUSED") };
const schedule = (maxRetries: number) => leashSchedule({ maxRetries, baseDelayMs: 1_000, maxDelayMs: 30_000 });

/** The waits of an outage with the least and the most a random number may make of them. */
function bounds(wait: (random: () => number) => number): [number, number] {
  return [wait(LOWEST), wait(HIGHEST)].map(Math.round) as [number, number];
}

describe("D13: network causes back off", () => {
  const causes = [
    { error: systemError("ECONNRESET") },
    { error: systemError("ETIMEDOUT") },
    { closeCode: 1006 },
    { closeCode: 1005 },
    { closeCode: 1001 },
    { closeCode: 4100 },
    { closeCode: 4103 },
    { closeCode: 3999 },
  ];
  it.each(causes)(
    "no jitter: ours has it. %o: first dial after U(0..5 s), then 1, 2, 4 s and 0..50 % more",
    (cause) => {
      expect(bounds((random) => new DrivenLink({}, random).comeUp().end(cause).delayMs)).toEqual([0, 5_000]);
      const failures = (times: number) => (random: () => number) => {
        const link = new DrivenLink({}, random).comeUp().end(cause);
        for (let i = 0; i < times; i++) link.lapse().end(REFUSED);
        return link.delayMs;
      };
      expect([1, 2, 3, 6].map((times) => bounds(failures(times)))).toEqual([
        [1_000, 1_500],
        [2_000, 3_000],
        [4_000, 6_000],
        [30_000, 45_000],
      ]);
    },
  );

  it("an HTTP status that is nobody's fault in particular backs off too", () => {
    const link = new DrivenLink({}, LOWEST).say({ type: "start" }).end({ status: 404 });
    expect(link.state).toMatchObject({ status: "waiting", next: "dial", strategy: "exponential_backoff" });
  });
});

describe("D14: a service in trouble is polled, then dialed spread out", () => {
  it.each([1011, 1012, 1013])("close %i: /healthz at 5, 10, 20, 40, 60, 60 s (+-20 %%)", (closeCode) => {
    const poll = (times: number) => (random: () => number) => {
      const link = new DrivenLink({}, random).comeUp().end({ closeCode });
      for (let i = 0; i < times; i++) link.lapse().say({ type: "polled", healthy: false, retryAfterMs: null });
      expect(link.state.next).toBe("poll");
      return link.delayMs;
    };
    expect([0, 1, 2, 3, 4, 5].map((times) => bounds(poll(times)))).toEqual([
      [4_000, 6_000],
      [8_000, 12_000],
      [16_000, 24_000],
      [32_000, 48_000],
      [48_000, 72_000],
      [48_000, 72_000],
    ]);
  });

  it("a healthy answer is followed by a dial after U(0..10 s)", () => {
    const wait = (random: () => number) => {
      const link = new DrivenLink({}, random).comeUp().end({ closeCode: 1012 }).lapse();
      expect(link.effects[0]).toMatchObject({ type: "poll" });
      link.say({ type: "polled", healthy: true, retryAfterMs: null });
      expect(link.state.next).toBe("dial");
      return link.delayMs;
    };
    expect(bounds(wait)).toEqual([0, 10_000]);
  });

  it("503 with Retry-After: the first look no sooner, and those told the same do not come at once", () => {
    const wait = (retryAfterMs: number) => (random: () => number) =>
      new DrivenLink({}, random).say({ type: "start" }).end({ status: 503, retryAfterMs }).delayMs;
    expect(bounds(wait(2_000))).toEqual([4_000, 6_000]);
    expect(bounds(wait(12_000))).toEqual([12_000, 18_000]);
    expect(bounds(wait(60_000))).toEqual([60_000, 70_000]);
    expect(bounds(wait(86_400_000))).toEqual([350_000, 360_000]);
  });

  it.each([
    ["retry_after_ms=20000", 20_000],
    ['{"min": 20000, "max": 40000}', 20_000],
    ["come back later", 4_000],
  ])("advice in the close reason: %s", (closeReason, least) => {
    const link = new DrivenLink({}, LOWEST).comeUp().end({ closeCode: 1013, closeReason });
    expect(link.delayMs).toBe(least);
  });

  it("a login answered 503 or 429 waits as long as it was asked to", () => {
    for (const code of [503, 429]) {
      const link = new DrivenLink({}, LOWEST).say({ type: "start" }).say({ type: "opened" });
      link.say({ type: "refused", code, retryAfterMs: 9_000 });
      expect([code, link.delayMs]).toEqual([code, 9_000]);
      expect(link.effects.map(({ type }) => type)).toContain("hang_up");
    }
  });
});

describe("D15: a refused token is renewed first, 5 s apart, 5 tries, then slow probe", () => {
  const refusals = [{ status: 401 }, { status: 403 }, { closeCode: 4200 }, { closeCode: 4201 }, { closeCode: 4299 }];
  it.each(refusals)("%o: 5 s, new token, dial", (end) => {
    const link = new DrivenLink({ canRefresh: true }).say({ type: "start" }).end(end);
    expect([link.delayMs, link.state.next]).toEqual([5_000, "refresh"]);
    expect(link.lapse().effects[0]).toMatchObject({ type: "refresh_token" });
    expect(link.say({ type: "refreshed", ok: true }).state.status).toBe("dialing");
  });

  it("a session closed 42xx renews before its first dial", () => {
    const link = new DrivenLink({ canRefresh: true }).comeUp().end({ closeCode: 4200 });
    expect([link.delayMs, link.state.next]).toEqual([5_000, "refresh"]);
  });

  it("a callback that fails, or never answers, counts as a try; after five it probes, still asking for a token", () => {
    const link = new DrivenLink({ canRefresh: true }).say({ type: "start" }).end({ status: 401 });
    link.lapse().say({ type: "refreshed", ok: false });
    for (let tries = 2; tries <= 5; tries++) {
      expect([link.delayMs, link.state.reauthTries]).toEqual([5_000, tries]);
      link.lapse().lapse();
    }
    expect(link.state).toMatchObject({ strategy: "slow_probe", next: "refresh" });
    expect(link.delayMs).toBeGreaterThanOrEqual(240_000);
  });

  it("without a callback the old token is tried again, five times", () => {
    const link = new DrivenLink().say({ type: "start" }).say({ type: "opened" });
    for (let tries = 1; tries <= 5; tries++) {
      link.say({ type: "refused", code: 401, retryAfterMs: null });
      expect([link.delayMs, link.state.next, link.state.strategy]).toEqual([5_000, "dial", "reauthenticate"]);
      link.lapse().say({ type: "opened" });
    }
    expect(link.say({ type: "refused", code: 401, retryAfterMs: null }).state.strategy).toBe("slow_probe");
  });
});

describe("D16: an operator's 4000 is answered at once", () => {
  it("after U(0..1 s), then with backoff", () => {
    const ended = (random: () => number) => new DrivenLink({}, random).comeUp().end({ closeCode: 4000 });
    expect(bounds((random) => ended(random).delayMs)).toEqual([0, 1_000]);
    expect(bounds((random) => ended(random).lapse().end(REFUSED).delayMs)).toEqual([1_000, 1_500]);
  });

  it("before the login too, and no server can make that a storm", () => {
    const link = new DrivenLink({}, LOWEST).say({ type: "start" });
    for (let dials = 0; dials < 10; dials++) link.say({ type: "opened" }).end({ closeCode: 4000 }).lapse();
    expect(link.say({ type: "opened" }).end({ closeCode: 4000 }).delayMs).toBe(240_000);
  });
});

describe("D17: nothing a server says ends the trying; only stop does", () => {
  it.each([1000, 4500, 4501, 4599])("close %i: slow probe, 5 min +-20 %%, for ever", (closeCode) => {
    const wait = (random: () => number) => new DrivenLink({}, random).comeUp().end({ closeCode }).delayMs;
    expect(bounds(wait)).toEqual([240_000, 360_000]);
    const link = new DrivenLink().comeUp().end({ closeCode });
    for (let probes = 0; probes < 1_000; probes++) link.lapse().end(REFUSED);
    expect(link.state).toMatchObject({ status: "waiting", strategy: "slow_probe", outage: { probes: 1_000 } });
  });

  it("every close code there is leaves a dog waiting, and stop leaves it resting", () => {
    for (let closeCode = 1000; closeCode < 5000; closeCode++) {
      const link = new DrivenLink().comeUp().end({ closeCode });
      expect([closeCode, link.state.status]).toEqual([closeCode, "waiting"]);
    }
    const link = new DrivenLink().comeUp().say({ type: "stop" });
    expect(link.state.status).toBe("resting");
    expect(link.effects).toContainEqual({ type: "hang_up", code: 1000 });
  });
});

describe("D18: after the last retry a dog probes slowly for ever; only who asked for it gives up", () => {
  it("gives up for good: ours probes", () => {
    const link = new DrivenLink({ schedule: schedule(3) }, LOWEST).comeUp().end({ closeCode: 1006 });
    for (let dials = 0; dials < 4; dials++) link.lapse().end(REFUSED);
    expect(link.state).toMatchObject({ strategy: "slow_probe", attempt: 3, outage: { dials: 4, probes: 0 } });
    for (let probes = 0; probes < 500; probes++) {
      expect(link.delayMs).toBe(240_000);
      link.lapse().end({ status: 503 });
    }
  });

  it("gives up where it was told to, after maxRetries + 1 dials, and can be started afresh", () => {
    const link = new DrivenLink({ schedule: schedule(3), giveUp: true }).say({ type: "start" });
    for (let dials = 1; dials <= 3; dials++) link.end(REFUSED).lapse();
    link.end(REFUSED);
    expect(link.state.status).toBe("resting");
    expect(link.effects.at(-1)).toMatchObject({ notice: { type: "gave_up", dials: 4 } });
    expect(link.say({ type: "start" }).state).toMatchObject({ status: "dialing", attempt: 0 });
  });

  it("a server's 1000 does not make it give up before that", () => {
    const link = new DrivenLink({ giveUp: true }, LOWEST).comeUp().end({ closeCode: 1000 });
    expect(link.state).toMatchObject({ status: "waiting", strategy: "exponential_backoff" });
  });
});

describe("D19: what starts the backoff anew", () => {
  const worn = () => {
    const link = new DrivenLink().comeUp().end({ closeCode: 1006 });
    for (let dials = 0; dials < 4; dials++) link.lapse().end(REFUSED);
    return link.comeUp();
  };

  it("60 s logged in, not one less", () => {
    const link = worn();
    expect(link.state.attempt).toBe(4);
    expect(link.after(59_999).end({ closeCode: 1006 }).state.attempt).toBe(5);
    const stable = worn().lapse();
    expect(stable.state).toMatchObject({ attempt: 0, isStable: true, dueAt: null });
  });

  it("another network: dials at once, whatever was waited for", () => {
    const waiting = new DrivenLink({ schedule: schedule(0) }).comeUp().end({ closeCode: 4501 });
    waiting.after(1_000).say({ type: "network_changed" });
    expect(waiting.state).toMatchObject({ status: "dialing", attempt: 0, outage: { delaysMs: [1_000] } });
    const up = new DrivenLink().comeUp().say({ type: "network_changed" });
    expect(up.state).toMatchObject({ status: "dialing", outage: { dials: 1 } });
    expect(up.effects.map(({ type }) => type)).toEqual(["hang_up", "tell", "tell", "dial", "schedule"]);
  });

  it("dial_now ends a wait and disturbs nothing else", () => {
    const link = new DrivenLink().comeUp();
    expect(link.say({ type: "dial_now" }).effects).toEqual([]);
    expect(link.end({ closeCode: 4501 }).say({ type: "dial_now" }).state.status).toBe("dialing");
    expect(link.say({ type: "dial_now" }).effects).toEqual([]);
  });

  it("reset: the next wait is the first step again, a probe no longer one", () => {
    const link = new DrivenLink({ schedule: schedule(2) }, LOWEST).comeUp().end({ closeCode: 1000 });
    link.say({ type: "reset" }).lapse().end(REFUSED);
    expect([link.state.strategy, link.delayMs]).toEqual(["exponential_backoff", 1_000]);
  });
});

describe("D29: a session that ends before it was stable is a step of the backoff of the outage it should have ended", () => {
  const dropped = { closeCode: 1006 };
  /** The waits after `times` sessions of 10 s each, dials never failing. */
  const flaps = (times: number, end = dropped, link = new DrivenLink().comeUp().lapse()) =>
    Array.from({ length: times }, () => {
      link.end(end);
      const { delayMs } = link;
      link.comeUp().after(10_000);
      return delayMs;
    });

  it("30 flaps: the first delay once, then 1, 2, 4 ... 30 s and 0..50 % more, and never the slow probe", () => {
    const wait = (flap: number) => (random: () => number) =>
      flaps(flap + 1, dropped, new DrivenLink({}, random).comeUp().lapse())[flap] ?? Number.NaN;
    expect([0, 1, 2, 3, 4, 5, 6, 29].map((flap) => bounds(wait(flap)))).toEqual([
      [0, 5_000],
      [1_000, 5_000],
      [2_000, 5_000],
      [4_000, 6_000],
      [8_000, 12_000],
      [16_000, 24_000],
      [30_000, 45_000],
      [30_000, 45_000],
    ]);
  });

  it("a dog that was just started has no outage to go on with; its second early end is a step", () => {
    const waits = flaps(3, dropped, new DrivenLink({}, LOWEST).comeUp());
    expect(waits).toEqual([0, 1_000, 2_000]);
  });

  it("goes on where failed dials had brought it, and where it goes on after", () => {
    const link = new DrivenLink({}, LOWEST).comeUp().end(dropped);
    for (let dials = 0; dials < 3; dials++) link.lapse().end(REFUSED);
    expect([link.comeUp().end(dropped).delayMs, link.state.attempt]).toEqual([8_000, 4]);
    expect([link.lapse().end(REFUSED).delayMs, link.state.attempt]).toEqual([16_000, 5]);
  });

  it("a session that became stable ends it", () => {
    const link = new DrivenLink({}, LOWEST).comeUp();
    flaps(5, dropped, link);
    expect(link.lapse().state).toMatchObject({ isStable: true, isRecovering: false, attempt: 0 });
    expect(link.end(dropped).delayMs).toBe(0);
  });

  it.each([
    [0, [1_000, 5_000]],
    [2, [2_000, 5_000]],
    [20, [30_000, 45_000]],
  ] as const)("however few retries it has (%i), a dog that is let in never probes for it", (maxRetries, most) => {
    const wait = (random: () => number) =>
      flaps(30, dropped, new DrivenLink({ schedule: schedule(maxRetries) }, random).comeUp())[29] ?? Number.NaN;
    expect(bounds(wait)).toEqual(most);
  });

  it("an operator's force and a drain keep their own answers, the outage goes on", () => {
    const link = new DrivenLink({}, LOWEST).comeUp();
    flaps(4, dropped, link);
    expect(link.end({ closeCode: 4000 }).delayMs).toBe(0);
    expect(link.comeUp().end({ closeCode: 1012 }).state).toMatchObject({ next: "poll" });
    const forced = new DrivenLink({}, HIGHEST).comeUp().lapse().end({ closeCode: 4000 }).comeUp().end(dropped);
    expect(Math.round(forced.delayMs)).toBe(5_000);
    expect(forced.state.attempt).toBe(0);
  });

  it("a force that was not answered within a minute was an outage", () => {
    const link = new DrivenLink({}, LOWEST).comeUp().lapse().end({ closeCode: 4000 }).lapse().after(60_000);
    expect(link.comeUp().end(dropped)).toMatchObject({ delayMs: 1_000, state: { attempt: 1 } });
  });

  it("a move to the primary is no outage; a change of network is one", () => {
    const moved = new DrivenLink({}, LOWEST).comeUp().lapse().say({ type: "move" }).comeUp().end(dropped);
    expect(moved.delayMs).toBe(0);
    const changed = new DrivenLink({}, LOWEST).comeUp().lapse().say({ type: "network_changed" }).comeUp();
    expect(changed.end(dropped).delayMs).toBe(1_000);
  });
});

it("D20: the dog does what the console thinks it does, for each close code that begins an outage", () => {
  const POLICY = {
    reconnect_now: "immediate",
    backoff: "exponential_backoff",
    wait_for_service: "wait_for_service",
    reauthenticate: "reauthenticate",
    slow_probe: "slow_probe",
  } as const;
  // 4102 is sent to sockets that never were a session; 45xx begin no outage: the dog was replaced, or retired.
  const apart = new Set([4102, 4500, 4501]);
  for (const { code } of Object.values(CLOSE)) {
    if (apart.has(code)) continue;
    expect([code, POLICY[closePolicy(code)]]).toEqual([code, REASONS[codeOfClose(code)].strategy]);
  }
});
