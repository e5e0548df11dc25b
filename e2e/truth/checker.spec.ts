import { expect, test } from "@playwright/test";
import type { DogLine, LogLine } from "#dog/fleet/fleet-log.ts";
import type { OutageRecord } from "#lib/contracts/fleet.ts";
import { compareOutages } from "./compare.ts";
import { readLog } from "./read-log.ts";
import { EXACT, login, RUN, reset, started, T } from "./small-log.ts";
import { countState, type FleetTruth, possibleStates, truthAt, windowTruth } from "./truth.ts";

const refusedDial = (sn: string, line: number, at: number): readonly DogLine[] => [
  { at: at - 5, sn, act: "dial", line, server: "ws://g/ws" },
  { at, sn, act: "refused_dial", line, error: "ENETUNREACH", status: null },
];

const truthOf = (lines: readonly LogLine[], now: number, settings = EXACT): FleetTruth =>
  truthAt([RUN, ...lines], now, settings);
const onlyOutage = (truth: FleetTruth) => {
  expect(truth.dogs.map(({ worlds }) => worlds.map(({ outages }) => outages.length))).toEqual([[1]]);
  const outage = truth.dogs[0]?.worlds[0]?.outages[0];
  if (!outage) throw new Error("no outage");
  return outage;
};

test("C111: a reset is an outage from the last frame heard to the login that became stable, of as many dials as were made", () => {
  const lines = [
    started("D", "leash"),
    ...login("D", 1, T + 1_000),
    reset("D", 1, T + 100_000, T + 90_000),
    ...refusedDial("D", 2, T + 103_000),
    ...login("D", 3, T + 110_000),
  ];
  const outage = onlyOutage(truthOf(lines, T + 300_000));
  expect(outage).toMatchObject({ reasons: ["peer_reset"], dials: [2, 2], source: "reported", authAt: null });
  expect(outage.begins).toEqual([T + 89_998, T + 90_010]);
  expect(outage.ended).toMatchObject({ at: [T + 109_995, T + 110_000], outcome: "recovered" });
  const settling = truthOf(lines, T + 150_000);
  expect([countState(settling, "settling"), windowTruth(settling, T, T + 200_000).open]).toEqual([
    [1, 1],
    [1, 1],
  ]);
});

test("C111: a dog that drops again before it is stable goes on in one outage and has flapped", () => {
  const lines = [
    started("D", "leash"),
    ...login("D", 1, T + 1_000),
    reset("D", 1, T + 100_000),
    ...login("D", 2, T + 104_000),
    reset("D", 2, T + 120_000),
    ...login("D", 3, T + 125_000),
  ];
  const truth = truthOf(lines, T + 300_000);
  expect(onlyOutage(truth)).toMatchObject({ dials: [2, 2], gaps: { length: 2 } });
  expect(windowTruth(truth, T, T + 300_000).flaps).toEqual([1, 1]);
});

test("C111: silence ends by the gateway's patience or by the reset that comes first, and by either where they meet", () => {
  const silent = (backAt: number) => {
    const silence: DogLine = { at: T + 60_000, sn: "D", act: "silence", line: 1, heard: [T + 50_000, T + 20_000] };
    return truthOf([started("D", "leash"), ...login("D", 1, T), silence, reset("D", 1, backAt)], T + 400_000);
  };
  expect(onlyOutage(silent(T + 80_000)).reasons).toEqual(["peer_reset"]);
  expect(onlyOutage(silent(T + 200_000)).reasons).toEqual(["network_timeout"]);
  expect(silent(T + 125_500).dogs[0]?.worlds.map(({ outages }) => outages[0]?.reasons[0])).toEqual([
    "peer_reset",
    "network_timeout",
  ]);
});

test("C111: the Go client's outage is given up when its schedule and a time-out for each dial have passed", () => {
  const settings = { ...EXACT, assumed: { ...EXACT.assumed, maxRetries: 2 } };
  const lines = [started("D", "seed"), ...login("D", 1, T), reset("D", 1, T + 100_000)];
  const at = (ms: number) => truthOf(lines, T + 100_000 + ms, settings);
  // 1 s, 2 s, and three dials of 10 s each.
  expect(countState(at(32_900), "gave_up")).toEqual([0, 0]);
  expect(countState(at(33_100), "gave_up")).toEqual([1, 1]);
  const back = truthOf([...lines, ...login("D", 2, T + 150_000)], T + 400_000, settings);
  expect(windowTruth(back, T, T + 400_000)).toMatchObject({ gaveUp: [1, 1], returned: [1, 1], recovered: [0, 0] });
});

test("C111: a goodbye is no outage, a refused login moves one to the auth lane", () => {
  const close: DogLine = { ...reset("D", 1, T + 100_000), how: "close" } as DogLine;
  const goodbye = truthOf([started("D", "leash"), ...login("D", 1, T), close], T + 200_000);
  expect([countState(goodbye, "offline"), windowTruth(goodbye, T, T + 200_000).outages]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  const refused: readonly DogLine[] = [
    { at: T + 101_000, sn: "D", act: "dial", line: 2, server: "ws://g/ws" },
    { at: T + 101_100, sn: "D", act: "login_sent", line: 2 },
    { at: T + 101_200, sn: "D", act: "refused_login", line: 2, code: 401 },
  ];
  const lines = [started("D", "leash"), ...login("D", 1, T), reset("D", 1, T + 100_000), ...refused];
  const truth = truthOf(lines, T + 110_000);
  expect([countState(truth, "refused"), windowTruth(truth, T, T + 110_000)]).toMatchObject([
    [1, 1],
    { auth: [1, 1], outages: [0, 0] },
  ]);
});

test("C111: a refused dog may probe once its tries may be over, counted from the outage's begin", () => {
  const refused = (line: number, at: number): readonly DogLine[] => [
    { at: at - 10, sn: "D", act: "dial", line, server: "ws://g/ws" },
    { at: at - 5, sn: "D", act: "login_sent", line },
    { at, sn: "D", act: "refused_login", line, code: 401 },
  ];
  const tries = [101, 106, 111, 116, 125].flatMap((second, index) => refused(index + 2, T + second * 1_000));
  const lines = [started("D", "leash"), ...login("D", 1, T), reset("D", 1, T + 100_000), ...tries];
  const states = (at: number) => {
    const truth = truthOf(lines, at);
    return truth.dogs.flatMap((dog) => [...possibleStates(dog, at)]);
  };
  expect([states(T + 117_000), states(T + 126_000)]).toEqual([["refused"], ["refused", "probing"]]);
});

test("C111: a login whose answer never came may have been a session or not: both are allowed, neither is claimed", () => {
  const lines = [
    started("D", "leash"),
    ...login("D", 1, T),
    reset("D", 1, T + 100_000),
    ...login("D", 2, T + 105_000).filter(({ act }) => act !== "login"),
    reset("D", 2, T + 105_000),
  ];
  const truth = truthOf(lines, T + 110_000);
  expect(windowTruth(truth, T, T + 110_000)).toMatchObject({ outages: [1, 1], flaps: [0, 1] });
});

test("C111: each thing an API may get wrong is named with its dog and both sides", () => {
  const lines = [started("D", "leash"), ...login("D", 1, T), reset("D", 1, T + 100_000), ...login("D", 2, T + 110_000)];
  const truth = truthOf(lines, T + 300_000);
  const right: OutageRecord = {
    client_id: "D",
    since: new Date(T + 99_000).toISOString(),
    detected_at: new Date(T + 100_001).toISOString(),
    reason_code: "peer_reset",
    category: "network",
    network: "4G",
    app_id: "app",
    firmware: "1",
    site: "yard",
    gateway: "g",
    ended_at: new Date(T + 109_998).toISOString(),
    outcome: "recovered",
    dials: 1,
    source: "reported",
  };
  expect(compareOutages("outages", [right], [truth])).toEqual([]);
  const wrong: readonly Partial<OutageRecord>[] = [
    { since: new Date(T + 98_000).toISOString() },
    { detected_at: new Date(T + 100_500).toISOString() },
    { reason_code: "network_timeout" },
    { category: "auth" },
    { outcome: "gave_up" },
    { outcome: null },
    { ended_at: new Date(T + 115_000).toISOString() },
    { dials: 2 },
    { source: "estimated" },
    { site: "dock" },
    { client_id: "E" },
  ];
  for (const field of wrong) {
    const found = compareOutages("outages", [{ ...right, ...field }], [truth]);
    expect([field, found.length > 0, found.every(({ where }) => /outages [DE]/.test(where))]).toEqual([
      field,
      true,
      true,
    ]);
  }
  expect(compareOutages("outages", [], [truth])).toHaveLength(1);
});

test("C111: a log that is not whole is no truth", () => {
  expect(() => readLog([RUN, { at: T, act: "lost", lines: 3 }], T + 1)).toThrow("3 lines were lost");
  expect(() => readLog([RUN, RUN], T + 1)).toThrow("a log of one run");
});
