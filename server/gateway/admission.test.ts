import { describe, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { GatewayDesk, MemoryDog } from "#server/testing/gateway-desk.ts";
import { Admission } from "./admission.ts";

const gate = (random = seededRandom(1)) =>
  new Admission({ perSecond: 1_000, burst: 1_000, random, mostWaitMs: 5_000, now: 0 });
const atOnce = (verdict: unknown) => verdict === undefined;

describe("admission", () => {
  it("G102: 1,000 at once and 1,000 a second", () => {
    const admission = gate();
    const admitted = (now: number) =>
      Array.from({ length: 5_000 }, () => admission.check(now, false)).filter(atOnce).length;
    expect([admitted(0), admitted(500), admitted(1_500), admitted(60_000)]).toEqual([900, 500, 900, 900]);
  });

  it("G102: the last tenth is kept for proven tokens", () => {
    const admission = gate();
    const strangers = Array.from({ length: 2_000 }, () => admission.check(0, false)).filter(atOnce).length;
    const dogs = Array.from({ length: 200 }, () => admission.check(0, true)).filter(atOnce).length;
    expect([strangers, dogs]).toEqual([900, 100]);
  });

  it("G102: proven tokens wait up to 5 s for their turn, 1,000 a second, before one is refused", () => {
    const admission = gate();
    const verdicts = Array.from({ length: 10_000 }, () => admission.check(0, true));
    const waits = verdicts.flatMap((verdict) => (verdict && "waitMs" in verdict ? verdict.waitMs : []));
    expect(verdicts.filter(atOnce)).toHaveLength(1_000);
    expect(waits).toHaveLength(5_000);
    expect([waits[0], waits[1_999], waits.at(-1)]).toEqual([1, 2_000, 5_000]);
    // Whoever waits is let in before a stranger is.
    expect(atOnce(admission.check(4_000, false))).toBe(false);
    expect(atOnce(admission.check(5_200, false))).toBe(true);
  });

  it("G102: Retry-After grows with those refused and is spread, 1 to 30 s", () => {
    const admission = gate();
    const retries = Array.from({ length: 40_000 }, () => admission.check(0, false)).flatMap((verdict) =>
      verdict && "status" in verdict ? (verdict.retryAfterS ?? 0) : [],
    );
    expect(Math.min(...retries)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...retries)).toBe(30);
    const last = retries.slice(-10_000);
    expect(new Set(last).size).toBeGreaterThan(20);
    expect(retries.slice(0, 500).every((s) => s <= 2)).toBe(true);
  });
});

describe("a handshake that waits for its turn", () => {
  const HANDSHAKE = { remoteAddress: "127.0.0.1", token: "good", userAgent: undefined };
  const queueAt = (maxSockets: number) => {
    const desk = new GatewayDesk({ config: { handshakesPerSecond: 10, handshakeBurst: 1, maxSockets } });
    desk.dial({ token: "good" });
    const answers: unknown[] = [];
    const wait = () => void Promise.resolve(desk.gateway.admit(HANDSHAKE)).then((answer) => answers.push(answer));
    return { desk, answers, wait };
  };

  it("G102: it is let in in its turn, not before", async () => {
    const { desk, answers, wait } = queueAt(10);
    wait();
    wait();
    const seen: number[] = [];
    for (const ms of [99, 1, 99, 1]) {
      desk.clock.advance(ms);
      await desk.settle();
      seen.push(answers.length);
    }
    expect([seen, answers]).toEqual([
      [0, 1, 1, 2],
      [undefined, undefined],
    ]);
  });

  it("G103: where others took the room meanwhile it gets 503", async () => {
    const { desk, answers, wait } = queueAt(2);
    wait();
    wait();
    desk.clock.advance(100);
    await desk.settle();
    expect(answers).toEqual([undefined]);
    desk.gateway.attach(new MemoryDog(), HANDSHAKE);
    desk.clock.advance(100);
    await desk.settle();
    expect(answers[1]).toMatchObject({ status: 503, message: "too many sockets" });
  });

  it("G117: where a drain has begun meanwhile it gets 503", async () => {
    const { desk, answers, wait } = queueAt(10);
    wait();
    void desk.gateway.drain();
    desk.clock.advance(100);
    await desk.settle();
    expect(answers).toMatchObject([{ status: 503, message: "draining" }]);
  });

  it.each(["drain", "close"] as const)("G117: all who wait get 503 from the first moment of a %s", async (leave) => {
    const { desk, answers, wait } = queueAt(10);
    const pending = desk.clock.pending;
    for (let i = 0; i < 5; i++) wait();
    expect(desk.clock.pending).toBe(pending + 5);
    void desk.gateway[leave]();
    await desk.settle();
    expect(answers).toHaveLength(5);
    expect(answers[4]).toMatchObject({ status: 503, message: "draining" });
    expect(desk.clock.pending).toBeLessThanOrEqual(pending + 1);
  });
});
