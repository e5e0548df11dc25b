import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { openAnchor, type ProjectedOutage, projectRetries, reanchor } from "./project-retries.ts";
import type { ReasonCode } from "./reason-code.ts";
import { assumedSchedule, leashSchedule, type Schedule } from "./schedule.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

const T = 1_700_000_000_000;

function outage(schedule: Schedule, reason: ReasonCode = "peer_reset"): ProjectedOutage {
  return { schedule, reason, refused: reason === "auth_failed", anchor: openAnchor(T), reauthFrom: 0 };
}
const seed = outage(assumedSchedule());
const leash = (reason: ReasonCode = "peer_reset") => outage(leashSchedule(), reason);

const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  kind: fc.constantFrom("seed", "leash"),
  source: fc.constant("reported"),
  maxRetries: fc.integer({ min: 0, max: 1_000 }),
  baseDelayMs: fc.integer({ min: 1, max: 100_000 }),
  maxDelayMs: fc.integer({ min: 1, max: 1_000_000 }),
  firstDelayMs: fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 5_000, max: 60_000 })),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  dialTimeoutMs: fc.integer({ min: 1, max: 60_000 }),
  probeMs: fc.option(fc.integer({ min: 1_000, max: 600_000 })),
});
const anyReason = fc.constantFrom<ReasonCode>(
  "peer_reset",
  "auth_failed",
  "server_error",
  "forced_reconnect",
  "unknown",
);
const anyOutage = fc.tuple(anySchedule, anyReason).map(([schedule, reason]) => outage(schedule, reason));
const anyWaits = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 12, size: "max" });

/** The seed's ConnectWithRetry against a server that refuses at once: when each dial goes out. */
function seedDials(schedule: Schedule): number[] {
  const dials = [T];
  for (let attempt = 0; attempt < schedule.maxRetries; attempt++) {
    dials.push((dials.at(-1) ?? T) + Math.min(schedule.baseDelayMs * 2 ** attempt, schedule.maxDelayMs));
  }
  return dials;
}

describe("R7: an unheard seed dog is where its code is", () => {
  it("dials at the instants ConnectWithRetry does, 16 times in 603 s", () => {
    const dials = seedDials(seed.schedule);
    expect(dials).toHaveLength(16);
    expect((dials.at(-1) ?? 0) - T).toBe(603_000);
    dials.forEach((at, attempt) => {
      const delay = Math.min(1_000 * 2 ** attempt, 60_000);
      expect(projectRetries(seed, at)).toMatchObject({ attempt, currentDelayMs: delay, maxRetries: 15 });
      const next = dials[attempt + 1];
      if (next === undefined) return;
      expect(projectRetries(seed, at)).toMatchObject({ nextRetryAt: next });
      expect(projectRetries(seed, next - 1)).toMatchObject({ attempt, nextRetryAt: next });
    });
  });

  it("gives up between its last dial and that plus a dial timeout per dial", () => {
    const latest = T + 603_000 + 16 * 10_000;
    expect(projectRetries(seed, T).givesUpAt).toEqual([T + 603_000, latest]);
    expect(projectRetries(seed, latest - 1)).toMatchObject({
      phase: "retrying",
      attempt: 15,
      nextRetryAt: T + 603_000,
    });
    expect(projectRetries(seed, latest)).toMatchObject({
      phase: "gave_up",
      attempt: 15,
      nextRetryAt: null,
      currentDelayMs: null,
      changesAt: null,
    });
  });
});

it("R8: while a dog is out attempts never fall, whatever lapses or is seen to fail", () => {
  fc.assert(
    fc.property(anyOutage, anyWaits, fc.array(fc.boolean()), (start, waits, fails) => {
      let now = T;
      let current = start;
      let attempt = 0;
      waits.forEach((wait, index) => {
        now += wait;
        const projection = projectRetries(current, now);
        expect(projection.attempt).toBeGreaterThanOrEqual(attempt);
        expect(projection.attempt).toBeLessThanOrEqual(projection.maxRetries);
        attempt = projection.attempt;
        if (fails[index]) current = { ...current, anchor: reanchor(current, now) };
        expect(projectRetries(current, now).attempt).toBeGreaterThanOrEqual(attempt);
        attempt = projectRetries(current, now).attempt;
      });
    }),
  );
});

it("R9: gave_up comes after the latest instant only, and never where the dog probes", () => {
  fc.assert(
    fc.property(anyOutage, fc.integer({ min: 0, max: 10 ** 9 }), (any, later) => {
      const { phase, givesUpAt } = projectRetries(any, T + later);
      if (any.schedule.probeMs !== null)
        expect({ givesUpAt, gaveUp: phase === "gave_up" }).toEqual({ givesUpAt: null, gaveUp: false });
      else if (givesUpAt === null) expect.unreachable("a dog without a probe gives up");
      else {
        expect(givesUpAt[0]).toBeLessThanOrEqual(givesUpAt[1]);
        expect(phase === "gave_up").toBe(T + later >= givesUpAt[1]);
      }
    }),
  );
});

it("R9: delays are within the schedule and the next retry is never before the window it ends", () => {
  fc.assert(
    fc.property(anyOutage, fc.integer({ min: 0, max: 10 ** 9 }), (any, later) => {
      const now = T + later;
      const { currentDelayMs, phase, nextRetryAt, changesAt } = projectRetries(any, now);
      if (phase === "probing") expect(currentDelayMs).toBe(any.schedule.probeMs);
      else expect(currentDelayMs ?? 0).toBeLessThanOrEqual(Math.max(any.schedule.maxDelayMs, 60_000));
      expect(currentDelayMs ?? 0).toBeGreaterThanOrEqual(0);
      if (changesAt !== null) expect(changesAt).toBeGreaterThan(now);
      if (phase === "probing" && nextRetryAt !== null) expect(nextRetryAt).toBeGreaterThan(now);
    }),
  );
});

it("R10: an observed failure re-anchors at max(projected, anchor + 1); the dial at the drop is attempt 0", () => {
  const first = { ...seed, anchor: reanchor(seed, T + 5) };
  expect(projectRetries(first, T + 5)).toMatchObject({ attempt: 0, nextRetryAt: T + 1_005 });
  const second = { ...first, anchor: reanchor(first, T + 1_010) };
  expect(projectRetries(second, T + 1_010)).toMatchObject({ attempt: 1, nextRetryAt: T + 3_010 });
  const early = { ...second, anchor: reanchor(second, T + 1_020) };
  expect(projectRetries(early, T + 1_020)).toMatchObject({ attempt: 2, nextRetryAt: T + 5_020 });
  const late = { ...second, anchor: reanchor(second, T + 60_000) };
  expect(late.anchor.attempt).toBe(projectRetries(second, T + 60_000).attempt);
});

it("R11: a leash dog waits its first delay, then 0..50 % more than each backoff, then probes every 5 min", () => {
  const start = projectRetries(leash(), T);
  expect(start).toMatchObject({ attempt: 0, nextRetryAt: T + 2_500, givesUpAt: null, maxRetries: 10 });
  expect(projectRetries(leash(), T + 2_500)).toMatchObject({ attempt: 0, nextRetryAt: T + 3_750 });
  const probing = projectRetries(leash(), T + 10 ** 7);
  expect(probing).toMatchObject({ phase: "probing", attempt: 10, currentDelayMs: 300_000 });
});

it("R11: what a leash dog does depends on why it dropped; a seed dog is exponential whatever the reason", () => {
  expect(projectRetries(leash("forced_reconnect"), T).nextRetryAt).toBe(T + 500);
  const reauth = projectRetries(leash("auth_failed"), T);
  expect(reauth).toMatchObject({ attempt: 0, nextRetryAt: T + 5_000, currentDelayMs: 5_000, maxRetries: 5 });
  expect(projectRetries(leash("auth_failed"), T + 24_999)).toMatchObject({ phase: "retrying", attempt: 4 });
  expect(projectRetries(leash("auth_failed"), T + 25_000)).toMatchObject({
    phase: "probing",
    nextRetryAt: T + 325_000,
  });
  const waiting = projectRetries(leash("server_error"), T + 5_000);
  expect(waiting).toMatchObject({ attempt: 1, nextRetryAt: T + 15_000, currentDelayMs: 10_000 });
  for (const reason of ["auth_failed", "server_error", "forced_reconnect"] as const) {
    expect(projectRetries(outage(assumedSchedule(), reason), T + 9_000)).toEqual(projectRetries(seed, T + 9_000));
  }
});
