import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { Historian } from "#lib/history/historian.ts";
import { encodeRollup, HOUR_MS, MINUTE_MS } from "#lib/history/rollup.ts";
import { StoredHistory } from "#lib/testing/history-script.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { type Acked, lastAck } from "#server/testing/last-ack.ts";
import { readStoredDerived } from "#server/testing/stored-derived.ts";
import type { StoredDerived } from "./memory-store.ts";
import { createSqliteJournal } from "./sqlite-journal.ts";

const WRITER = fileURLToPath(new URL("../testing/history-writer.ts", import.meta.url));
const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const KILLS = Number(process.env.LEASH_KILLS ?? 20);
const SEED = Number(process.env.LEASH_SEED ?? Math.floor(Math.random() * 1e6));

let dir = "";
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "leash-history-death-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(dir, { recursive: true });
});

/** Writes from its first acknowledgement on for `ms` longer, then dies. */
async function killedAfter(ms: number): Promise<Acked | undefined> {
  const child = spawn(process.execPath, [WRITER, dir], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  await sleep(ms);
  child.kill("SIGKILL");
  await once(child, "close");
  return lastAck(output);
}

/** What the stored events alone give, through the instant up to which it was told, and the last event of each run. */
async function rebuilt() {
  const options = { dir, pid: process.pid, clock: systemClock, gateway: "test", log: SILENT };
  const journal = await createSqliteJournal(options);
  const through = journal.toldThrough ?? 0;
  const creditedThrough = journal.creditedThrough ?? through;
  const history = new StoredHistory();
  const historian = new Historian();
  const state = new FleetState({}, historian.listener);
  const last = new Map<string, number>();
  let events = 0;
  await journal.replay((batch) => {
    for (const event of batch) {
      events += 1;
      if (event.seq !== (last.get(event.epoch) ?? 0) + 1)
        throw new Error(`${event.epoch} ${event.seq} is out of order`);
      last.set(event.epoch, event.seq);
      if (event.at <= through) state.ingest(event);
    }
  });
  await journal.close();
  state.advance(through);
  history.add(historian.take(through, creditedThrough));
  return { told: history.told(), last, events };
}

function told({ outages, rollups, dogDays }: StoredDerived) {
  const stored = new StoredHistory();
  stored.add({
    outages,
    dogDays,
    rollups: rollups.filter(({ size }) => size === MINUTE_MS),
    toldThrough: 0,
    creditedThrough: 0,
  });
  return stored.told();
}

/** Each hour as its minutes add up to it, and as it is stored. */
function hours({ rollups }: StoredDerived) {
  const [added, stored] = [new StoredHistory(), new StoredHistory()];
  for (const { size, ...delta } of rollups) {
    const at = Math.floor(delta.at / HOUR_MS) * HOUR_MS;
    (size === HOUR_MS ? stored : added).add({
      outages: [],
      dogDays: [],
      rollups: [{ ...delta, at }],
      toldThrough: 0,
      creditedThrough: 0,
    });
  }
  const texts = ({ rollups: all }: StoredHistory) => new Map([...all].map(([name, one]) => [name, encodeRollup(one)]));
  return { added: texts(added), stored: texts(stored) };
}

it(`J45: killed with -9 ${KILLS} times (seed ${SEED}), what was told is what the stored events give, and none of those is lost`, {
  timeout: 600_000,
}, async () => {
  const random = seededRandom(SEED);
  let compared = 0;
  let all = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const where = `kill ${kill} of seed ${SEED}`;
    const ack = await killedAfter(random() * 2_500);
    const { told: expected, last, events } = await rebuilt();
    if (ack) expect(last.get(ack.epoch) ?? 0, where).toBeGreaterThanOrEqual(ack.seq);
    const stored = await readStoredDerived({ kind: "sqlite", file: join(dir, "journal.db") });
    expect(told(stored), where).toEqual(expected);
    const { added, stored: kept } = hours(stored);
    expect(sorted(kept), where).toEqual(sorted(added));
    compared = stored.outages.length;
    all = events;
  }
  process.stdout.write(
    `J45: ${KILLS} kills, seed ${SEED}: ${all} events, ${compared} outages and every rollup as the events give them\n`,
  );
  expect(compared).toBeGreaterThan(KILLS);
});

function sorted(texts: ReadonlyMap<string, string>): unknown {
  const parsed = [...texts]
    .filter(([, text]) => text !== "{}")
    .map(([name, text]) => [name, JSON.parse(text)] as const);
  return Object.fromEntries(parsed);
}
