import { describe, expect, it } from "vitest";
import { beginOutage, noteDial, noteWait, type OutageRecord } from "#lib/link/outage-record.ts";
import { loginArgs as loginArgsSchema } from "#lib/protocol/messages.ts";
import { leashSchedule } from "#lib/reconnection/schedule.ts";
import { continuedOutage, loginArgs, outageReport } from "./login-args.ts";

const DOG = { sn: "GB-1", appId: "app", client: "leash-dog/1" };

function lived(dials: number, beganAt: number): OutageRecord {
  let outage = beginOutage(beganAt, () => 0.5, "read ECONNRESET");
  for (let n = 0; n < dials; n++) outage = noteDial(noteWait(outage, 1_000.4), n > 3);
  return { ...outage, servers: ["ws://a/ws"] };
}

describe("what a dog says when it signs in", () => {
  it("D30: leaves out what it does not know, and says the seed's four fields always", () => {
    expect(loginArgs(DOG, "t", 1_700_000_000_999, null)).toEqual({
      app_id: "app",
      token: "t",
      sn: "GB-1",
      timestamp: "1700000000",
      client: "leash-dog/1",
    });
  });

  it("D40: a report fits the wire however long the outage was", () => {
    const worst = {
      ...lived(3_000_000 / 30_000, 0),
      dials: 3_000_000,
      probes: 2_000_000,
      lastError: "e".repeat(5_000),
    };
    const report = outageReport({ ...worst, servers: Array(2_000).fill("ws://a/ws") }, 1e13);
    const args = loginArgs({ ...DOG, schedule: leashSchedule() }, "t", 0, report);
    expect(loginArgsSchema.parse(args)).toEqual(args);
    expect(report.delays_ms).toHaveLength(32);
  });

  it("D40: two outages between which nobody stored anything are one, under the first one's name", () => {
    const [earlier, later] = [lived(3, 1_000), { ...lived(2, 60_000), id: "later", servers: ["ws://b/ws"] }];
    expect(continuedOutage(null, later)).toBe(later);
    expect(continuedOutage(earlier, null)).toBe(earlier);
    const both = outageReport(continuedOutage(earlier, later) ?? earlier, 61_000);
    expect(both).toMatchObject({ id: earlier.id, dials: 5, duration_ms: 60_000, servers_tried: 2 });
    expect(both.delays_ms).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
  });
});
