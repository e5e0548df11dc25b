import { describe, expect, it } from "vitest";
import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";
import { fleetVerdict } from "./fleet-verdict.ts";

const incident: Incident = {
  id: "i",
  kind: "site",
  name: "Ningbo yard",
  lost: 102,
  of: 118,
  out: 102,
  within_ms: 6_000,
  since: "2026-11-22T19:11:22.000Z",
  reason_code: "network_timeout",
  gives_up_from: null,
};

function summaryOf(change: Partial<FleetSummary>): FleetSummary {
  const at = "2026-11-22T19:12:26.000Z";
  return {
    as_of: at,
    known: 400,
    connected: 360,
    settling: 9,
    silent: 7,
    reconnecting: 20,
    refused: 0,
    probing: 0,
    gave_up: 4,
    offline: 0,
    offline_over_24h: 0,
    flapping: 0,
    flaps_10m: 0,
    by_reason: {},
    expired: 0,
    last_hour: {
      from: at,
      to: at,
      outages: 0,
      recovered: 0,
      gave_up: 0,
      open: 0,
      recover_ms: { p50: null, p95: null },
      auth_outages: 0,
    },
    next_give_up: { count: 0, earliest: null, latest: null },
    largest_group: null,
    incident: null,
    journal: { status: "ok", dropped: 0 },
    gateways: [],
    settings: { stable_ms: 60_000, silent_ms: 45_000, force_deadline_ms: 300_000, force_rate: 50, record_ttl_ms: 1 },
    ...change,
  };
}
const typeOf = (change: Partial<FleetSummary>, isBasic = false) => fleetVerdict(summaryOf(change), isBasic).type;

describe("verdict", () => {
  it("C59: the most pressing thing is said: incident, then journal, then how many are out", () => {
    expect(typeOf({ incident, journal: { status: "degraded", dropped: 3 } })).toBe("incident");
    expect(typeOf({ journal: { status: "degraded", dropped: 3 } })).toBe("journal");
    expect(typeOf({})).toBe("holding");
    // Of the past nothing is told of the journal.
    expect(typeOf({ journal: null })).toBe("holding");
    expect(typeOf({ reconnecting: 90 })).toBe("many_out");
    expect(typeOf({ connected: 400, settling: 0, reconnecting: 0, gave_up: 0 })).toBe("all_connected");
  });

  it("C59: a fleet mostly out is never said to be holding, and an empty one is no trouble", () => {
    expect(typeOf({ known: 10, offline: 5, reconnecting: 2, gave_up: 0, connected: 3, settling: 0 })).toBe("many_out");
    expect(typeOf({ known: 0, connected: 0, settling: 0, reconnecting: 0, gave_up: 0 })).toBe("empty");
    expect(typeOf({ incident: null }, true)).toBe("basic");
  });
});
