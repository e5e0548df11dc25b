import { describe, expect, it } from "vitest";
import { Intern } from "#lib/fleet/intern.ts";
import { type LoginArgs, loginArgs } from "#lib/protocol/messages.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { connectedEvent, isLeashDog, scheduleOf } from "./login.ts";

const POLICIES = { pushed: PUSHED_POLICY, assumed: SEED_POLICY };
const login = (more: object = {}): LoginArgs =>
  loginArgs.parse({ app_id: "app", token: "t", sn: "D1", timestamp: "1", ...more });
const REPORT = { max_retries: 5, base_delay_ms: 500, max_delay_ms: 4_000 };

describe("the schedule of a dog", () => {
  it("P14: the seed's client is assumed to do what the seed does", () => {
    expect(scheduleOf(login(), POLICIES)).toEqual({
      kind: "seed",
      source: "assumed",
      maxRetries: 15,
      baseDelayMs: 1_000,
      maxDelayMs: 60_000,
      firstDelayMs: [0, 0],
      jitter: 0,
      dialTimeoutMs: 10_000,
      probeMs: null,
    });
    expect(isLeashDog(login())).toBe(false);
  });

  it("P14: our client without a schedule follows what is pushed", () => {
    expect(scheduleOf(login({ client: "leash-dog/1.2" }), POLICIES)).toMatchObject({
      kind: "leash",
      source: "pushed",
      maxRetries: 10,
      probeMs: 300_000,
    });
    expect(isLeashDog(login({ client: "other/1" }))).toBe(true);
    expect(scheduleOf(login({ client: "other/1" }), POLICIES)).toMatchObject({ kind: "seed", source: "assumed" });
  });

  it("P14: a report wins; what it leaves out is our own client's or the seed's", () => {
    expect(scheduleOf(login({ schedule: REPORT }), POLICIES)).toMatchObject({
      kind: "leash",
      source: "reported",
      maxRetries: 5,
      jitter: 0,
      firstDelayMs: [0, 0],
      probeMs: null,
    });
    expect(scheduleOf(login({ client: "leash/1", schedule: REPORT }), POLICIES)).toMatchObject({
      jitter: 0.5,
      firstDelayMs: [0, 5_000],
      probeMs: 300_000,
    });
    expect(
      scheduleOf(login({ client: "leash/1", schedule: { ...REPORT, probe_ms: null } }), POLICIES).probeMs,
    ).toBeNull();
    expect(
      scheduleOf(login({ schedule: { ...REPORT, max_delay_ms: 1, first_delay_ms: [9, 2] } }), POLICIES),
    ).toMatchObject({ maxDelayMs: 500, firstDelayMs: [2, 9] });
  });
});

describe("the event of a login", () => {
  it("P3: carries what the dog said, made safe", () => {
    const event = connectedEvent(
      login({
        client: "leash\u001b[31m",
        network: "wifi\r\n",
        labels: { site: "Hall\u0000 3" },
        outage: { id: "o1", dials: 3, duration_ms: 9_000, last_error: "x\ny" },
      }),
      "E.1",
      "10.0.0.1",
      POLICIES,
      new Intern(),
    );
    expect(event).toMatchObject({
      client: "leash\\u001b[31m",
      network: "wifi\\u000d\\u000a",
      firmware: null,
      labels: { site: "Hall\\u0000 3" },
      outage: { id: "o1", dials: 3, durationMs: 9_000, delaysMs: [], lastError: "x\\u000ay", serversTried: 0 },
    });
    expect(JSON.stringify(event)).not.toContain('"t"');
  });
});
