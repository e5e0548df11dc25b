import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { openAnchor, type ProjectedOutage, projectRetries, resumedAnchor } from "#lib/reconnection/project-retries.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Schedule } from "#lib/reconnection/schedule.ts";
import { retryPlan, STRATEGY } from "#lib/reconnection/strategy.ts";
import { DrivenLink, systemError } from "#lib/testing/driven-link.ts";
import { seededRandom } from "#lib/testing/random.ts";
import type { LinkEnd } from "./link-state.ts";

vi.setConfig({ testTimeout: 60_000 });

/** How a session ends, how the gateway words it, and how each dial of the outage fails. */
interface Cause {
  readonly end: Partial<LinkEnd>;
  readonly reason: ReasonCode;
  readonly failure: Partial<LinkEnd>;
}
const REFUSED = { error: systemError("ECONNREFUSED") };
const CAUSES: readonly Cause[] = [
  { end: { error: systemError("ECONNRESET") }, reason: "peer_reset", failure: REFUSED },
  { end: { closeCode: 1006 }, reason: "abnormal_closure", failure: { error: systemError("ETIMEDOUT") } },
  { end: { closeCode: 4100 }, reason: "network_timeout", failure: REFUSED },
  { end: { closeCode: 4103 }, reason: "unknown", failure: REFUSED },
  { end: { closeCode: 1006 }, reason: "gateway_lost", failure: REFUSED },
  { end: { closeCode: 1012 }, reason: "server_error", failure: { status: 503 } },
  { end: { closeCode: 1011 }, reason: "server_error", failure: { status: 502 } },
  { end: { closeCode: 1013 }, reason: "server_error", failure: { closeCode: 1013 } },
  { end: { closeCode: 4200 }, reason: "auth_failed", failure: { status: 401 } },
  { end: { closeCode: 4201 }, reason: "auth_failed", failure: { closeCode: 4201 } },
  { end: { closeCode: 4000 }, reason: "forced_reconnect", failure: REFUSED },
];

const anySchedule: fc.Arbitrary<Schedule> = fc.record({
  kind: fc.constant("leash" as const),
  source: fc.constantFrom("reported" as const, "pushed" as const),
  maxRetries: fc.integer({ min: 0, max: 30 }),
  baseDelayMs: fc.integer({ min: 1, max: 100_000 }),
  maxDelayMs: fc.integer({ min: 1, max: 1_000_000 }),
  firstDelayMs: fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 5_000, max: 60_000 })),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  dialTimeoutMs: fc.constant(10_000),
  probeMs: fc.integer({ min: 1_000, max: 600_000 }),
});
const anyWorld = fc.record({
  seed: fc.integer(),
  cause: fc.constantFrom(...CAUSES),
  schedule: anySchedule,
  canRefresh: fc.boolean(),
  unhealthy: fc.double({ min: 0, max: 1, noNaN: true }),
  /** Null: the outage begins after a stable session. Else so many dials failed, and so many sessions did not last, before this end. */
  worn: fc.option(fc.record({ dials: fc.integer({ min: 0, max: 6 }), sessions: fc.integer({ min: 0, max: 6 }) })),
});

interface SeenDial {
  readonly attempt: number;
  readonly at: number;
  readonly isProbe: boolean;
  /** Since the dial or the look before it failed. */
  readonly waitedMs: number;
}

/** An outage in which every dial fails: what the gateway would have seen, had it been listening. Each answer takes up to 5 s. */
function liveThrough({
  seed,
  cause,
  schedule,
  canRefresh,
  unhealthy,
  worn,
}: typeof anyWorld extends fc.Arbitrary<infer W> ? W : never) {
  const random = seededRandom(seed);
  const link = new DrivenLink({ schedule, canRefresh }, random).comeUp();
  if (worn !== null) {
    for (let sessions = 0; sessions <= worn.sessions; sessions++) link.end({ closeCode: 1006 }).comeUp();
    link.end({ closeCode: 1006 }).lapse();
    for (let failed = 0; failed < worn.dials; failed++) link.end(REFUSED).lapse();
    link.comeUp();
  }
  link.after(random() * 50_000);
  const detectedAt = link.now;
  const from = link.state.attempt;
  const dials: SeenDial[] = [];
  let failedAt = detectedAt;
  link.end(cause.end);
  for (let steps = 0; steps < 400 && dials.filter(({ isProbe }) => isProbe).length < 4; steps++) {
    switch (link.state.status) {
      case "waiting":
        link.lapse();
        break;
      case "polling": {
        const healthy = random() >= unhealthy;
        link.after(random() * 5_000).say({ type: "polled", healthy, retryAfterMs: null });
        if (!healthy) failedAt = link.now;
        break;
      }
      case "refreshing":
        link.after(random() * 5_000).say({ type: "refreshed", ok: true });
        break;
      default: {
        const { attempt, strategy } = link.state;
        dials.push({ attempt, at: link.now, isProbe: strategy === "slow_probe", waitedMs: link.now - failedAt });
        link.after(random() * 5_000).end(cause.failure);
        failedAt = link.now;
      }
    }
  }
  return { detectedAt, from, dials };
}

/**
 * When dial `attempt` may go out. A dog that gave up after that dial would do so between its earliest and its latest instant:
 * the console's own arithmetic (`givesUpAt`), with the dial's own timeout taken off the end.
 */
function windowOf(outage: ProjectedOutage, attempt: number, ownTimeoutMs: number): readonly [number, number] {
  const { tries } = STRATEGY.reauthenticate;
  const last = { ...outage, schedule: { ...outage.schedule, maxRetries: attempt, probeMs: null } };
  const range = projectRetries({ ...last, reauthFrom: attempt - tries }, outage.anchor.at).givesUpAt;
  if (range === null) throw new Error("a schedule without a probe ends");
  return [range[0], range[1] - ownTimeoutMs];
}

it("D20: every dial of an outage lies in the window the console shows for it, and probes follow the last one", () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const { schedule, cause, worn } = world;
      const { detectedAt, from, dials } = liveThrough(world);
      const { reason } = cause;
      const refused = reason === "auth_failed";
      const anchor = worn === null ? openAnchor(detectedAt) : resumedAnchor(detectedAt, from, schedule, reason);
      const outage: ProjectedOutage = { schedule, reason, refused, anchor, reauthFrom: anchor.attempt };
      const lastShown = projectRetries(outage, detectedAt).maxRetries;
      for (const { attempt, at, isProbe, waitedMs } of dials) {
        if (isProbe) {
          expect(attempt).toBe(lastShown);
          const [least, most] = STRATEGY.slow_probe.jitter;
          const period = schedule.probeMs ?? Number.NaN;
          expect(waitedMs).toBeGreaterThanOrEqual(period * (1 + least) - 1);
          expect(waitedMs).toBeLessThanOrEqual(period * (1 + most) + (refused ? 5_000 : 0) + 1);
          continue;
        }
        const [earliest, latest] = windowOf(outage, attempt, schedule.dialTimeoutMs);
        // The console counts whole milliseconds, one rounding a step.
        expect(attempt).toBeGreaterThanOrEqual(from);
        expect(at).toBeGreaterThanOrEqual(earliest - attempt - 1);
        expect(at).toBeLessThanOrEqual(latest + attempt + 1);
      }
      expect(dials.some(({ isProbe }) => isProbe)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it("D20: a dial that was seen to fail is followed by one within the step the console then shows", () => {
  fc.assert(
    fc.property(anyWorld, (world) => {
      const { schedule, cause } = world;
      const { dials } = liveThrough({ ...world, unhealthy: 0 });
      const refused = cause.reason === "auth_failed";
      let failedAttempt = -1;
      for (const { attempt, isProbe, waitedMs } of dials) {
        if (isProbe) break;
        if (failedAttempt >= 0) {
          const anchor = { attempt: failedAttempt, at: 0, first: false };
          const outage = { schedule, reason: cause.reason, refused, anchor, reauthFrom: 0 };
          const [earliest, latest] = windowOf(outage, failedAttempt + 1, 0);
          expect(attempt).toBe(failedAttempt + 1);
          expect(waitedMs).toBeGreaterThanOrEqual(earliest - 1);
          expect(waitedMs).toBeLessThanOrEqual(latest + 1);
        }
        failedAttempt = attempt;
      }
    }),
    { numRuns: 2_000 },
  );
});

it("D20: what the console calls the last dial is the dog's last one before it probes", () => {
  for (const cause of CAUSES) {
    const link = new DrivenLink({}, seededRandom(7)).comeUp().end(cause.end);
    for (let steps = 0; steps < 200 && link.state.strategy !== "slow_probe"; steps++) {
      if (link.state.status === "waiting") link.lapse();
      else if (link.state.status === "polling") link.say({ type: "polled", healthy: true, retryAfterMs: null });
      else link.end(cause.failure);
    }
    const { lastAttempt } = retryPlan(link.policy.schedule, cause.reason === "auth_failed" ? "reauthenticate" : "none");
    expect([cause.reason, link.state.attempt]).toEqual([cause.reason, lastAttempt]);
  }
});
