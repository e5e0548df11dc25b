import { expect, it, vi } from "vitest";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { StoredHistory } from "#lib/testing/history-script.ts";
import { Historian } from "./historian.ts";
import { DAY_MS, emptyRollup, HOUR_MS, MINUTE_MS, mergeRollup, OTHER_KEYS, type Rollup } from "./rollup.ts";

vi.setConfig({ testTimeout: 30_000 });

function listening() {
  const historian = new Historian();
  return { historian, state: new FleetState({}, historian.listener) };
}

/** Rollups by group and hour, as the store keeps them beside the minutes. */
function hoursOf(stored: StoredHistory): Record<string, Rollup> {
  const hours: Record<string, Rollup> = {};
  for (const [name, rollup] of stored.rollups) {
    const slash = name.lastIndexOf("/");
    const hour = Math.floor(Number(name.slice(slash + 1)) / HOUR_MS);
    const key = `${name.slice(0, slash)}/${hour}`;
    hours[key] = mergeRollup(hours[key] ?? emptyRollup(), rollup);
  }
  return hours;
}

it("H6: the first 200 keys of a grouping have their name, the rest are counted together", () => {
  const { historian, state } = listening();
  const log = new EventLog();
  log.started();
  for (let n = 0; n < 300; n++) log.connected(`d${n}`, { network: `net-${n}` });
  for (const event of log.events) state.ingest(event);
  const derived = historian.take(log.now + MINUTE_MS);
  const keys = new Set(derived?.rollups.filter(({ by }) => by === "network").map(({ key }) => key));
  expect([keys.size, keys.has("net-199"), keys.has("net-200"), keys.has(OTHER_KEYS)]).toEqual([201, true, false, true]);
  const sum = derived?.rollups.reduce(
    (all, { by, rollup }) => all + (by === "network" ? (rollup.stateMs.connected ?? 0) : 0),
    0,
  );
  const fleet = derived?.rollups.reduce(
    (all, { by, rollup }) => all + (by === "fleet" ? (rollup.stateMs.connected ?? 0) : 0),
    0,
  );
  expect(sum).toBe(fleet);
});

it("H6: a store away for a day costs the minutes of its oldest hours, never a sum, and memory stays bounded", () => {
  const log = new EventLog();
  log.started();
  const sessions = Array.from({ length: 40 }, (_, n) => log.connected(`d${n}`, { network: `net-${n}` }).session);
  for (let minute = 0; minute < 30 * 60; minute++) {
    const session = sessions[0] ?? "";
    log.after(MINUTE_MS / 2).silent("d0", session, log.now - 45_000);
    log.after(MINUTE_MS / 2).append({ type: "dog.heard", sn: "d0", session });
  }
  const away = listening();
  const near = listening();
  const stored = { away: new StoredHistory(), near: new StoredHistory() };
  for (const event of log.events) {
    away.state.ingest(event);
    near.state.ingest(event);
    stored.near.add(near.historian.take(event.at));
  }
  const late = away.historian.take(log.now);
  expect(late?.rollups.length).toBeLessThan(60_000);
  expect(stored.near.rollups.size).toBeGreaterThan(75_000);
  stored.away.add(late);
  expect(hoursOf(stored.away)).toEqual(hoursOf(stored.near));
});

it("H6: the newest outages wait for a store that is away, told once each; the others are counted as dropped", () => {
  const { historian } = listening();
  const { onOutageBegun, onOutage } = historian.listener;
  const told = 210_000;
  for (let n = 0; n < told; n++) {
    const startedAt = T0 + n;
    const id = `d/${startedAt}`;
    const of = {
      network: null,
      gateway: null,
      app: "a",
      firmware: null,
      site: null,
      reason: "unknown",
      category: "unknown",
    } as const;
    const begun = { sn: `d${n % 3}`, id, startedAt, detectedAt: startedAt, ...of };
    const end = {
      outcome: "recovered",
      begunAs: "unknown",
      endedAt: startedAt + 5,
      dials: 1,
      estimated: true,
      delaysMs: [],
    } as const;
    onOutageBegun?.(begun);
    onOutage?.({ ...begun, ...end });
  }
  const derived = historian.take(T0 + told);
  const rows = derived?.outages ?? [];
  expect(rows.length).toBeLessThanOrEqual(200_000);
  expect(rows.length + historian.sizes().dropped).toBe(told);
  expect(rows.at(-1)).toMatchObject({ startedAt: T0 + told - 1, outcome: "recovered" });
  expect(new Set(rows.map(({ startedAt }) => startedAt)).size).toBe(rows.length);
  const recovered = (key: "recovered" | "outages") => derived?.dogDays.reduce((sum, day) => sum + day[key], 0);
  expect([recovered("recovered"), recovered("outages")]).toEqual([told, told]);
});

it("H6: a clock that leaps ten years ahead costs no memory, and nobody watched the years between", () => {
  const { historian, state } = listening();
  const log = new EventLog();
  const stored = new StoredHistory();
  log.started();
  const { session } = log.after(1_000).connected("a");
  const lastHeardAt = log.after(60_000).now;
  log.after(10 * 365 * DAY_MS).disconnected("a", session, { lastHeardAt });
  log.after(10 * MINUTE_MS).connected("a");
  for (const event of log.events) state.ingest(event);
  stored.add(historian.take(log.now));
  expect(stored.rollups.size).toBeLessThan(200);
  const watchedMs = [...stored.rollups].map(([name, rollup]) => (name.startsWith("fleet/") ? rollup.watchedMs : 0));
  expect(watchedMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThan(12 * MINUTE_MS);
});
