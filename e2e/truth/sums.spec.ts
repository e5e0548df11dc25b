import { expect, test } from "@playwright/test";
import type { LogLine } from "#dog/fleet/fleet-log.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FleetMetrics, FleetStats, LeastStable } from "#lib/contracts/fleet.ts";
import { compareUnclear } from "./compare.ts";
import { compareLeastStable, compareSpans, compareStability } from "./compare-dogs.ts";
import {
  compareDogTime,
  compareGroups,
  compareMetrics,
  compareOutcomes,
  compareStates,
  toldWindow,
} from "./compare-stats.ts";
import { type Disagreement, Findings, iso } from "./findings.ts";
import { EXACT, login, RUN, reset, started, T } from "./small-log.ts";
import { ofDogs, truthAt, windowTruth } from "./truth.ts";

const SECOND = 1_000;
/** D was out 89 to 110 s after T in two dials and flapped at 130 s: out until 135 s. E was never out, and is in since 20 s after T. */
const LINES: readonly LogLine[] = [
  RUN,
  started("D", "leash"),
  started("E", "leash"),
  ...login("D", 1, T),
  ...login("E", 1, T + 20 * SECOND),
  reset("D", 1, T + 90 * SECOND),
  ...login("D", 3, T + 110 * SECOND),
  reset("D", 3, T + 130 * SECOND),
  ...login("D", 4, T + 135 * SECOND),
];
const NOW = T + 300 * SECOND;
const TRUTH = truthAt(LINES, NOW, EXACT);
const [FROM, TO] = [iso(T), iso(NOW)];
const EXPECTED_MS = 580 * SECOND;
const DOWN_MS = 46 * SECOND;
const NOTHING = { returned: 0, withdrawn: 0, open: 0, auth_outages: 0, gave_up: 0 };
const METRICS: FleetMetrics = {
  ...NOTHING,
  outages: 1,
  decided: 1,
  recovered: 1,
  success_rate: 1,
  recover_ms: { mean: DOWN_MS, p50: DOWN_MS, p95: DOWN_MS, p99: DOWN_MS },
  dials: { mean: 3, p50: 3, p95: 3 },
  availability: 1 - DOWN_MS / EXPECTED_MS,
  expected_ms: EXPECTED_MS,
  down_ms: DOWN_MS,
  silent_ms: 0,
  mean_between_ms: EXPECTED_MS - DOWN_MS,
  flaps: 1,
};

/** `right` is found right; each of `wrong` in its place is found. */
function expectNoticed<R>(right: R, wrong: readonly Partial<R>[], compare: (said: R) => readonly Disagreement[]): void {
  expect(compare(right)).toEqual([]);
  for (const field of wrong) expect([field, compare({ ...right, ...field }).length > 0]).toEqual([field, true]);
}

test("C111: a wrong rate, dog-time, time between outages, percentile of dials or number of flaps is named", () => {
  const compare = (said: FleetMetrics) => {
    const found = new Findings();
    compareMetrics(found, "metrics", said, toldWindow([TRUTH], T, NOW));
    compareDogTime(found, "metrics", said, [TRUTH], { from: T, to: NOW });
    return found.all;
  };
  const wrong: readonly Partial<FleetMetrics>[] = [
    { availability: METRICS.availability === null ? 0 : METRICS.availability - 0.001 },
    { availability: null },
    { expected_ms: EXPECTED_MS + 200 },
    { down_ms: DOWN_MS - 200 },
    { mean_between_ms: EXPECTED_MS },
    { mean_between_ms: null },
    { dials: { ...METRICS.dials, p50: 2 } },
    { dials: { ...METRICS.dials, p95: 4 } },
    { dials: { ...METRICS.dials, mean: 2.5 } },
    { flaps: 2 },
    { success_rate: 0.5 },
  ];
  expectNoticed(METRICS, wrong, compare);
});

test("C111: an outage at a window's edge may be in it or not: its times and dials may be there or not", () => {
  // D was last heard 89 s after T, to 10 ms.
  const window = windowTruth(TRUTH, T, T + 89 * SECOND + 5);
  expect(window).toMatchObject({ outages: [0, 1], recovered: [0, 1] });
  const found = new Findings();
  const none = { mean: null, p50: null, p95: null };
  const nothing = { ...METRICS, outages: 0, decided: 0, recovered: 0, success_rate: null };
  compareMetrics(found, "metrics", { ...nothing, recover_ms: { ...none, p99: null }, dials: none }, window);
  compareMetrics(found, "metrics", METRICS, window);
  expect(found.all).toEqual([]);
});

test("C111: a wrong figure of a dog's stability is named", () => {
  const right: DogDetail["stability"] = {
    from: FROM,
    to: TO,
    watched_ms: 300 * SECOND,
    unknown_ms: 0,
    availability: 254 / 300,
    outages: 1,
    recovered: 1,
    gave_up: 0,
    mean_between_ms: 254 * SECOND,
    mean_recover_ms: DOWN_MS,
    flaps: 1,
  };
  const wrong: readonly Partial<DogDetail["stability"]>[] = [
    { availability: 255 / 300 },
    { availability: null },
    { outages: 2 },
    { recovered: 0 },
    { gave_up: 1 },
    { flaps: 0 },
    { mean_between_ms: 255 * SECOND },
    { mean_recover_ms: null },
    { watched_ms: 299 * SECOND },
    { unknown_ms: 1 },
  ];
  const truth = ofDogs(TRUTH, ({ story }) => story.sn === "D");
  expectNoticed(right, wrong, (said) => compareStability("D", said, [truth]));
});

test("C111: a stretch of a dog's lane that is missing, shifted or of another state is named", () => {
  const at = (second: number) => iso(T + second * SECOND);
  const lane = (...edges: readonly (readonly [number, DogDetail["timeline"]["spans"][number]["state"]])[]) => ({
    spans: edges.map(([second, state], index) => ({ from: at(second), to: at(edges[index + 1]?.[0] ?? 300), state })),
  });
  const right = lane(
    [-60, "unknown"],
    [0, "connected"],
    [90, "waiting"],
    [110, "settling"],
    [130, "waiting"],
    [135, "settling"],
    [195, "connected"],
  );
  const truth = ofDogs(TRUTH, ({ story }) => story.sn === "D");
  const wrong = [
    lane([-60, "unknown"], [0, "connected"], [90, "waiting"], [110, "settling"], [195, "connected"]),
    lane(
      [-60, "unknown"],
      [0, "connected"],
      [90, "gave_up"],
      [110, "settling"],
      [130, "waiting"],
      [135, "settling"],
      [195, "connected"],
    ),
    lane(
      [-60, "offline"],
      [0, "connected"],
      [90, "waiting"],
      [110, "settling"],
      [130, "waiting"],
      [135, "settling"],
      [195, "connected"],
    ),
    lane([0, "connected"]),
    lane([-60, "unknown"], [0, "connected"], [90, "waiting"], [110, "settling"], [130, "waiting"], [135, "connected"]),
  ];
  expectNoticed(right, wrong, (said) => compareSpans("D", said, truth, NOW));
});

test("C111: the least stable dogs in a wrong order, with a wrong count or without one that belongs there are named", () => {
  const item = {
    client_id: "D",
    outages: 1,
    recovered: 1,
    gave_up: 0,
    flaps: 1,
    mean_recover_ms: DOWN_MS,
    state: "connected",
    site: "yard",
  };
  const right: LeastStable = { from: FROM, to: TO, items: [item] };
  const wrong: readonly Partial<LeastStable>[] = [
    { items: [] },
    { items: [item, item] },
    { items: [{ ...item, client_id: "F" }] },
    { items: [{ ...item, client_id: "E" }, item] },
    { items: [{ ...item, client_id: "E", outages: 0, recovered: 0, flaps: 0, mean_recover_ms: null }, item] },
    ...[{ outages: 2 }, { recovered: 0 }, { gave_up: 1 }, { flaps: 0 }, { mean_recover_ms: DOWN_MS + 200 }].map(
      (field) => ({
        items: [{ ...item, ...field }],
      }),
    ),
  ];
  expectNoticed(right, wrong, (said) => compareLeastStable(said, 10, [TRUTH]));
});

test("C111: a wrong bucket of what was decided, and sums that are not their number's, are named", () => {
  const none = {
    outages: 0,
    recovered: 0,
    gave_up: 0,
    p50_ms: null,
    p95_ms: null,
    p99_ms: null,
    flaps: 0,
    availability: 1,
  };
  const minutes: readonly Partial<FleetStats["outcomes"][number]>[] = [
    {},
    { outages: 1, availability: 89 / 120 },
    { recovered: 1, flaps: 1, availability: 105 / 120 },
    {},
    {},
  ];
  const outcomes = (changes: typeof minutes) =>
    changes.map((change, index) => ({ at: iso(T + index * 60 * SECOND), ...none, ...minutes[index], ...change }));
  const right = { from: FROM, to: TO, reason_bucket_ms: 60 * SECOND, outcomes: outcomes(minutes), metrics: METRICS };
  const of = (index: number, change: Partial<FleetStats["outcomes"][number]>) => ({
    outcomes: outcomes(minutes.map((minute, at) => (at === index ? { ...minute, ...change } : minute))),
  });
  const wrong = [
    of(1, { outages: 0 }),
    of(1, { availability: 1 }),
    of(2, { recovered: 0 }),
    of(3, { recovered: 1 }),
    of(3, { gave_up: 1 }),
    of(2, { flaps: 0 }),
    of(4, { availability: null }),
    { metrics: { ...METRICS, outages: 2 } },
    { metrics: { ...METRICS, flaps: 2 } },
  ];
  expectNoticed(right, wrong, (said) => compareOutcomes(said, [TRUTH]));
});

test("C111: a bucket with two dogs in a wrong state is named", () => {
  const lines = [RUN, ...["A", "B", "C"].flatMap((sn) => [started(sn, "leash"), ...login(sn, 1, T)])];
  const truth = truthAt(lines, NOW, EXACT);
  const none = {
    settling: 0,
    silent: 0,
    reconnecting: 0,
    refused: 0,
    probing: 0,
    gave_up: 0,
    offline: 0,
    unknown: 0,
    flapping: 0,
  };
  const states = (connected: number, offline: number) => [{ at: iso(T + 60 * SECOND), ...none, connected, offline }];
  const right = { from: FROM, to: TO, bucket_ms: 60 * SECOND, states: states(3, 0) };
  expectNoticed(right, [{ states: states(1, 0) }, { states: states(3, 2) }], (said) => compareStates(said, [truth]));
});

test("C111: a group that is not its dogs', or its reason's, or that is missing, is named", () => {
  const byReason: FleetStats["groups"][number] = {
    key: "peer_reset",
    metrics: { ...METRICS, availability: null, expected_ms: 0, mean_between_ms: null },
  };
  const wrongReason = [
    { groups: [] },
    { groups: [{ ...byReason, key: "network_timeout" }] },
    { groups: [{ ...byReason, metrics: { ...byReason.metrics, recovered: 0, decided: 0, success_rate: null } }] },
    { groups: [{ ...byReason, metrics: { ...byReason.metrics, availability: 1 } }] },
  ];
  expectNoticed({ from: FROM, to: TO, groups: [byReason] }, wrongReason, (said) =>
    compareGroups(said, "reason", [TRUTH]),
  );
  const gateway: FleetStats["groups"][number] = { key: "g", metrics: METRICS };
  const wrongGateway = [
    { groups: [] },
    { groups: [gateway, gateway] },
    { groups: [{ key: "g", metrics: { ...METRICS, flaps: 0 } }] },
  ];
  expectNoticed({ from: FROM, to: TO, groups: [gateway] }, wrongGateway, (said) =>
    compareGroups(said, "gateway", [TRUTH]),
  );
  const site: FleetStats["groups"][number] = { key: "yard", metrics: METRICS };
  const wrongSite = [
    { groups: [{ ...site, key: "dock" }] },
    { groups: [{ ...site, metrics: { ...METRICS, expected_ms: 1 } }] },
  ];
  expectNoticed({ from: FROM, to: TO, groups: [site] }, wrongSite, (said) => compareGroups(said, "site", [TRUTH]));
});

test("C111: a log of which a tenth of the dogs is unclear tells too little", () => {
  const clear = Array.from({ length: 18 }, (_, index) => `C${index}`).flatMap((sn) => [
    started(sn, "leash"),
    ...login(sn, 1, T),
  ]);
  // Each login whose answer never came was a session or none: seven of them are a hundred ways.
  const unclear = (sn: string): readonly LogLine[] => [
    started(sn, "leash"),
    ...[1, 2, 3, 4, 5, 6, 7].flatMap((line) => [
      ...login(sn, line, T + line * 100 * SECOND).filter(({ act }) => act !== "login"),
      reset(sn, line, T + line * 100 * SECOND),
    ]),
  ];
  const truth = (...sns: readonly string[]) =>
    truthAt([RUN, ...clear, ...sns.flatMap(unclear)], T + 900 * SECOND, EXACT);
  expect([truth("X").unclear, compareUnclear(truth("X"))]).toEqual([["X"], []]);
  expect(compareUnclear(truth("X", "Y"))).toHaveLength(1);
});
