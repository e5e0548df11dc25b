import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { DogQuery } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { FLEET_OPTIONS } from "#lib/fleet/fleet-options.ts";
import { viewDog } from "#lib/fleet/view.ts";
import { EventLog, T0 } from "#lib/testing/builders.ts";
import { anyJournal, endOf } from "#lib/testing/fleet-script.ts";
import { toDogRow } from "#server/fleet/dog-row.ts";
import { FleetFold, rosterOf } from "#server/fleet/fleet-fold.ts";
import { slowPartsOf, summarise } from "#server/fleet/fleet-summary.ts";
import { ImpatientClock } from "#server/testing/impatient-clock.ts";
import { MemoryArchive } from "#server/testing/memory-archive.ts";
import { createMoments } from "./moments.ts";
import { createSnapshotMaker } from "./snapshot-maker.ts";

vi.setConfig({ testTimeout: 60_000 });

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const SETTINGS = { forceDeadlineMs: 300_000, forceRate: 50 };
const ALL: DogQuery = { sort: "since", order: "asc", limit: 100 };

async function world(events: readonly FleetEvent[], { everyEvents = 7, snapshots = true } = {}) {
  const clock = new ImpatientClock(endOf(events) + 10_000_000);
  const archive = new MemoryArchive(events);
  if (snapshots) await createSnapshotMaker({ archive, clock, options: FLEET_OPTIONS, log: QUIET, everyEvents }).run();
  const moments = createMoments({ archive, clock, options: FLEET_OPTIONS, settings: SETTINGS });
  return { archive, clock, moments };
}

/** The fleet at `at` by folding everything up to it, and no snapshot. */
function truth(events: readonly FleetEvent[], at: number) {
  const fold = new FleetFold();
  for (const event of events) {
    if (event.at > at) break;
    fold.advance(event.at);
    fold.ingest(event);
  }
  fold.advance(at);
  const { state, history } = fold;
  const tail = { state, history, roster: rosterOf(state) };
  const context = { now: at, stableAfterMs: FLEET_OPTIONS.stableAfterMs, duplicate: false };
  return {
    summary: summarise({ tail, health: null, settings: SETTINGS, slow: slowPartsOf(tail, at) }, at),
    rows: [...state.dogs()].filter((dog) => !dog.retired).map((dog) => toDogRow(dog, viewDog(dog, at), context)),
  };
}

/** `count` dogs that sign in one a second, then drop one a second. */
function story(count: number): EventLog {
  const log = new EventLog(T0);
  log.started();
  const sessions = Array.from({ length: count }, (_, i) => log.after(1_000).connected(`dog-${i + 100}`).session);
  for (const [i, session] of sessions.entries()) log.after(1_000).disconnected(`dog-${i + 100}`, session);
  return log;
}

it("H40: the fleet at any instant is what folding every event up to it gives", async () => {
  await fc.assert(
    fc.asyncProperty(anyJournal, fc.double({ min: 0, max: 1.1, noNaN: true }), async (events, share) => {
      const from = events[0]?.at ?? T0;
      const at = Math.floor(from + (endOf(events) - from) * share);
      const { moments } = await world(events);
      const expected = truth(events, at);
      expect(await moments.summaryAt(at)).toEqual(expected.summary);
      const { items, total } = await moments.pageAt(at, ALL, "all");
      expect(total).toBe(expected.rows.length);
      const bySn = (rows: readonly { readonly client_id: string }[]) =>
        rows.toSorted((a, b) => (a.client_id < b.client_id ? -1 : 1));
      expect(bySn(items)).toEqual(bySn(expected.rows));
    }),
    { numRuns: 300 },
  );
});

it("H41: pages of one instant neither skip nor repeat, and its cursor belongs to no other", async () => {
  const log = story(30);
  const at = T0 + 45_000;
  const { moments } = await world(log.events);
  const query = { ...ALL, limit: 7 };
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await moments.pageAt(at, { ...query, ...(cursor === undefined ? {} : { cursor }) }, "active");
    expect(page.as_of).toBe(new Date(at).toISOString());
    seen.push(...page.items.map(({ client_id }) => client_id));
    cursor = page.next_cursor ?? undefined;
    // Other instants are looked at meanwhile, more of them than are held.
    for (let other = 1; other <= 9; other++) await moments.summaryAt(T0 + other * 1_000);
  } while (cursor !== undefined);
  expect(seen).toHaveLength(15);
  expect(new Set(seen).size).toBe(15);
  const first = await moments.pageAt(at, query, "active");
  await expect(moments.pageAt(at + 1, { ...query, cursor: first.next_cursor ?? "" }, "active")).rejects.toMatchObject({
    code: "invalid_input",
  });
});

it("H42: before the horizon the answer is before_horizon with the earliest instant", async () => {
  const log = story(30);
  const { archive, moments } = await world(log.events);
  expect(await moments.earliest()).toBe(T0);
  await expect(moments.summaryAt(T0 - 1)).rejects.toMatchObject({ code: "before_horizon", earliest: T0 });
  const heads = await archive.snapshots();
  for (const { id } of heads.slice(0, 4)) await archive.dropSnapshot(id);
  const earliest = heads[4]?.at ?? 0;
  await expect(moments.summaryAt(earliest - 1)).rejects.toMatchObject({ code: "before_horizon", earliest });
  expect(await moments.summaryAt(earliest)).toMatchObject({ as_of: new Date(earliest).toISOString() });
});

it("H42: with nothing stored there is no earliest; before the first snapshot the past is not ready", async () => {
  const empty = await world([]);
  expect(await empty.moments.earliest()).toBeNull();
  await expect(empty.moments.summaryAt(T0)).rejects.toMatchObject({ code: "before_horizon", earliest: null });
  const fresh = await world(story(5).events, { snapshots: false });
  await expect(fresh.moments.summaryAt(T0 + 3_000)).rejects.toMatchObject({ code: "history_unavailable" });
});

it("H43: one instant is folded once for the summary and every list, asked for at once or later", async () => {
  const { archive, moments } = await world(story(30).events);
  const before = archive.calls.events ?? 0;
  const at = T0 + 45_000;
  await Promise.all([moments.summaryAt(at), moments.pageAt(at, ALL, "active"), moments.pageAt(at, ALL, "all")]);
  const folded = (archive.calls.events ?? 0) - before;
  expect(folded).toBe(1);
  await moments.summaryAt(at);
  expect((archive.calls.events ?? 0) - before).toBe(folded);
});

it("H43: of many instants asked for at once one is folded at a time; one that fails holds up no other", async () => {
  const { archive, moments } = await world(story(30).events);
  const read = archive.events.bind(archive);
  let folding = 0;
  let most = 0;
  archive.events = async (query) => {
    most = Math.max(most, ++folding);
    for (let turn = 0; turn < 20; turn++) await null;
    folding--;
    return read(query);
  };
  const refused = expect(moments.summaryAt(T0 - 1)).rejects.toMatchObject({ code: "before_horizon" });
  const known = await Promise.all(Array.from({ length: 20 }, (_, i) => moments.summaryAt(T0 + (i + 1) * 1_000)));
  await refused;
  expect(most).toBe(1);
  expect(known.map((summary) => summary.known)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

it("H44: an instant asked for before its last event was committed is folded again", async () => {
  const log = story(10);
  const { archive, moments } = await world(log.events);
  const at = log.now + 5_000;
  // Nothing is stored of how the journal was: it is not told to have been well.
  expect(await moments.summaryAt(at)).toMatchObject({ known: 10, journal: null });
  archive.add([log.after(1_000).connected("late")]);
  expect(await moments.summaryAt(at)).toMatchObject({ known: 11 });
});

it("H45: a snapshot that retention takes while it is read costs another look, and no wrong answer", async () => {
  const log = story(30);
  const { archive, moments } = await world(log.events);
  const read = archive.events.bind(archive);
  const at = T0 + 20_500;
  archive.events = async (query) => {
    archive.events = read;
    const rows = await read(query);
    for (const { id } of (await archive.snapshots()).filter((head) => head.at <= at)) await archive.dropSnapshot(id);
    return rows;
  };
  const failure = await moments.summaryAt(at).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AppError);
  expect(failure).toMatchObject({ code: "before_horizon" });
});
