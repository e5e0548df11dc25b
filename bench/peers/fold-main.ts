// Fold and replay: fold-main.ts leash|bare FOLDER. FOLDER holds a journal of dogs that dropped over the last two hours.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { fleetOptions } from "#lib/fleet/fleet-options.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { createReadModel } from "#server/fleet/read-model.ts";
import { createSqliteJournal } from "#server/journal/sqlite-journal.ts";
import { SILENT_LOG } from "./silent-log.ts";

interface Row {
  readonly epoch: string;
  readonly seq: number;
  readonly at: number;
  readonly v: number;
  readonly body: string;
}

const [peer = "", dir = ""] = process.argv.slice(2);

function rate(count: number, sinceMs: number): number {
  return count / ((performance.now() - sinceMs) / 1_000);
}

/** All rows in canonical order by a plain query, parsed. */
function readAll(): FleetEvent[] {
  const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
  const rows = db.prepare("SELECT epoch, seq, at, v, body FROM events ORDER BY at, epoch, seq").all();
  db.close();
  return rows.map((row) => {
    const { epoch, seq, at, v, body } = row as unknown as Row;
    return { epoch, seq, at, v, ...(JSON.parse(body) as object) } as FleetEvent;
  });
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The fold alone. Call it twice: the first run is for the compiler. */
function foldRate(events: readonly FleetEvent[]): { rate: number; bytesPerDog: number } {
  const before = heapBytes();
  const state = new FleetState(fleetOptions({}));
  const startedAt = performance.now();
  for (const event of events) {
    state.advance(event.at);
    state.ingest(event);
  }
  const perSecond = rate(events.length, startedAt);
  return { rate: perSecond, bytesPerDog: (heapBytes() - before) / state.size };
}

/** What the plainest fold could do: remember each dog's last event. */
function mapRate(events: readonly FleetEvent[]): { rate: number; bytesPerDog: number } {
  const last = new Map<string, FleetEvent>();
  const startedAt = performance.now();
  for (const event of events) if ("sn" in event) last.set(event.sn, event);
  return { rate: rate(events.length, startedAt), bytesPerDog: 0 };
}

/** The gateway's own start: journal opened, replayed into the read model with its indexes. */
async function replayRate(count: number): Promise<number> {
  const startedAt = performance.now();
  const journal = await createSqliteJournal({
    dir,
    pid: process.pid,
    clock: systemClock,
    gateway: "bench",
    log: SILENT_LOG,
  });
  const model = createReadModel({
    journal,
    clock: systemClock,
    options: {},
    settings: { forceDeadlineMs: 300_000, forceRate: 50 },
    policies: { pushed: PUSHED_POLICY, assumed: SEED_POLICY },
  });
  await model.start();
  const perSecond = rate(count, startedAt);
  model.close();
  await journal.close();
  return perSecond;
}

const startedAt = performance.now();
const events = readAll();
const readRate = rate(events.length, startedAt);
const folding = peer === "leash" ? foldRate : mapRate;
folding(events);
const fold = folding(events);
const replay = peer === "leash" ? await replayRate(events.length) : readRate;
const answer = { events: events.length, fold: fold.rate, replay, bytesPerDog: fold.bytesPerDog };
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
