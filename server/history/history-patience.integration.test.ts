import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { startHistoryThread } from "./history-thread.ts";

vi.setConfig({ testTimeout: 60_000 });

const QUIET = { info: () => {}, warn: () => {}, error: () => {} };
const DAY_MS = 86_400_000;
const MOST_ASKED = 256;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-patience-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it("H46: what nobody waits for any more counts as asked until the thread has answered it", async () => {
  const location = { kind: "sqlite", file: join(dir, "journal.db") } as const;
  const hot = await openHot(location);
  const retention = { ageMs: null, bytes: null, minutesMs: 8 * DAY_MS, hoursMs: 400 * DAY_MS };
  const settings = { options: {}, summary: { forceDeadlineMs: 1, forceRate: 1 }, retention };
  const clock = new FakeClock();
  const thread = startHistoryThread({ location, settings }, { clock, log: QUIET });
  const ask = () => thread.ask("earliest").then(String, (error: Error) => error.message);
  // Nothing the thread says is heard within this turn: none of them is answered when the time is over.
  const asked = Array.from({ length: MOST_ASKED }, ask);
  clock.advance(30_000);
  const late = ask();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["the past did not answer in time"]));
  expect(await late).toBe("the past is asked too much at once");
  await vi.waitFor(async () => expect(await ask()).toBe("null"), { timeout: 30_000 });
  await thread.close();
  await hot.close();
});
