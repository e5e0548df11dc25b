import { describe, expect, it } from "vitest";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { CAUSE, EventLog, ourSchedule, T0 } from "#lib/testing/builders.ts";
import { StoredHistory } from "#lib/testing/history-script.ts";
import { metricsOf } from "./formulas.ts";
import { Historian } from "./historian.ts";
import { emptyRollup, mergeRollup } from "./rollup.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A fold that is asked as time goes on. */
function watching() {
  const log = new EventLog();
  const historian = new Historian();
  const state = new FleetState({}, historian.listener);
  const stored = new StoredHistory();
  let read = 0;
  log.started();
  return {
    log,
    /** Everything stored by now: the fleet's metrics, or those of one group. */
    now(group = "fleet/") {
      for (const event of log.events.slice(read)) state.ingest(event);
      read = log.events.length;
      state.advance(log.now);
      stored.add(historian.take(log.now));
      const sum = emptyRollup();
      for (const [name, rollup] of stored.rollups) if (name.startsWith(`${group}/`)) mergeRollup(sum, rollup);
      return metricsOf(sum);
    },
    row: () => [...stored.rows.values()].at(-1),
  };
}

describe("H9: one outage, as it is told while it happens", () => {
  it("is open, then decided; its dog is up while it may become stable, and was down all the while if it drops again", () => {
    const { log, now, row } = watching();
    const { session } = log.connected();
    log.after(10 * MINUTE).disconnected("dog-1", session, { lastHeardAt: log.now - 20 * SECOND });
    log.after(40 * SECOND);
    expect(now()).toMatchObject({ outages: 1, open: 1, decided: 0, success_rate: null, down_ms: 60 * SECOND });
    expect(row()).toMatchObject({ startedAt: T0 + 580_001, endedAt: null, outcome: null, source: null });
    const first = log.connected();
    log.after(30 * SECOND);
    expect(now()).toMatchObject({ open: 1, down_ms: 60 * SECOND });
    log.disconnected("dog-1", first.session, { lastHeardAt: log.now });
    expect(now()).toMatchObject({ outages: 1, down_ms: 90 * SECOND, flaps: 1 });
    const second = log.after(10 * SECOND).connected();
    log.after(MINUTE).stable("dog-1", second.session);
    expect(now()).toMatchObject({ outages: 1, open: 0, recovered: 1, success_rate: 1, down_ms: 100 * SECOND });
    expect(row()).toMatchObject({ endedAt: second.at, outcome: "recovered", source: "estimated" });
    expect(now().recover_ms.mean).toBe(second.at - (T0 + 580_001));
  });

  it("leaves the network's figures when it enters the auth lane, but its dog is down", () => {
    const { log, now, row } = watching();
    const { session } = log.connected();
    log.after(MINUTE).disconnected("dog-1", session);
    expect(now()).toMatchObject({ outages: 1, auth_outages: 0 });
    log.after(SECOND).refused("dog-1");
    expect(now()).toMatchObject({ outages: 0, open: 0, auth_outages: 1, down_ms: SECOND });
    expect(row()).toMatchObject({ category: "auth", endedAt: null });
    const login = log.after(SECOND).connected();
    log.after(MINUTE).stable("dog-1", login.session);
    expect(now()).toMatchObject({ outages: 0, decided: 0, recovered: 0, auth_outages: 1, down_ms: 2 * SECOND });
    expect(row()).toMatchObject({ category: "auth", outcome: "recovered" });
  });

  it("given up, its dog is down until its record is cleaned, and then no longer expected", () => {
    const { log, now, row } = watching();
    const { session } = log.connected();
    log.after(MINUTE).disconnected("dog-1", session);
    const startedAt = log.now;
    log.after(60 * MINUTE);
    expect(now()).toMatchObject({ gave_up: 1, success_rate: 0, down_ms: 60 * MINUTE });
    expect(row()).toMatchObject({ outcome: "gave_up", endedAt: startedAt + 763 * SECOND });
    log.append({ type: "record.cleaned", through: log.now, actor: "system" });
    const cleaned = now();
    log.after(60 * MINUTE);
    expect(now()).toEqual(cleaned);
    expect(cleaned.availability).toBeCloseTo(1 / 61, 3);
  });

  it("belongs to where it began, also when its dog comes back elsewhere, with what the dog reports of it", () => {
    const { log, now, row } = watching();
    const { session } = log.connected("dog-1", { network: "wifi", schedule: ourSchedule });
    log.after(10 * MINUTE).disconnected("dog-1", session, CAUSE.timeout);
    const outage = {
      id: "o",
      dials: 3,
      durationMs: 7_000,
      delaysMs: [900, 2_100],
      probes: 0,
      lastError: null,
      serversTried: 1,
    };
    const login = log.after(7 * SECOND).connected("dog-1", { network: "lte", schedule: ourSchedule, outage });
    log.after(MINUTE).stable("dog-1", login.session);
    expect(now("network/wifi")).toMatchObject({ outages: 1, recovered: 1, dials: { mean: 3 }, down_ms: 7 * SECOND });
    expect(now("network/lte")).toMatchObject({ outages: 0, expected_ms: MINUTE, down_ms: 0, availability: 1 });
    expect(now("reason/network_timeout")).toMatchObject({ outages: 1, recovered: 1, down_ms: 7 * SECOND });
    expect(row()).toMatchObject({ network: "wifi", dials: 3, source: "reported" });
  });
});
