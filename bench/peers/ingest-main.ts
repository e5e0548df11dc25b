// Journal ingest: ingest-main.ts derived|plain|bare EVENTS (derived: with what a fold derives, as the gateway runs it). Tells events a second and what the event loop felt meanwhile.
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "#lib/clock/system-clock.ts";
import { EVENT_VERSION, type FleetEventBody } from "#lib/fleet/event.ts";
import { createSqliteJournal } from "#server/journal/sqlite-journal.ts";
import { scratchFolder } from "../measure/scratch.ts";
import { createDerivedPast } from "./derived-past.ts";
import { feedJournal } from "./feed-journal.ts";
import { connectedBody, disconnectedBody } from "./fleet-past.ts";
import { SILENT_LOG } from "./silent-log.ts";

const RESOLUTION_MS = 10;
const ROWS_A_TRANSACTION = 1_000;
const WARM_EVENTS = 20_000;

const [peer = "", count = "0"] = process.argv.slice(2);
const events = Number(count);
const { path: dir } = scratchFolder();

function* bodies(epoch: string, total: number): Generator<FleetEventBody> {
  for (let i = 0; i < total; i++) {
    const dog = Math.floor(i / 2) % 10_000;
    const session = `${epoch}.${Math.floor(i / 2) + 1}`;
    yield i % 2 === 0 ? connectedBody(dog, session) : disconnectedBody(dog, session, Date.now());
  }
}

async function ours(isDerived: boolean): Promise<(total: number) => Promise<void>> {
  const options = { dir, pid: process.pid, clock: systemClock, gateway: "bench", log: SILENT_LOG };
  const past = createDerivedPast();
  const journal = await createSqliteJournal(isDerived ? { ...options, derive: past.take } : options);
  if (isDerived) journal.subscribe((event) => past.add(event, event.at));
  return (total) => feedJournal(journal, bodies(journal.epoch, total));
}

/** The plainest way: one thread, one table with its key, prepared inserts, one transaction per 1,000 rows, as durable as ours. */
function bare(): (total: number) => Promise<void> {
  const db = new DatabaseSync(join(dir, "bare.db"));
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  db.exec(
    "CREATE TABLE events (epoch TEXT, seq INTEGER, at INTEGER, v INTEGER, sn TEXT, type TEXT, body TEXT, PRIMARY KEY (epoch, seq))",
  );
  const insert = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)");
  const epoch = crypto.randomUUID();
  let seq = 0;
  return async (total) => {
    for (const body of bodies(epoch, total)) {
      if (seq % ROWS_A_TRANSACTION === 0) db.exec("BEGIN");
      const sn = "sn" in body ? body.sn : null;
      insert.run(epoch, ++seq, Date.now(), EVENT_VERSION, sn, body.type, JSON.stringify(body));
      if (seq % ROWS_A_TRANSACTION !== 0) continue;
      db.exec("COMMIT");
      await nextTurn();
    }
  };
}

const ingest = peer === "bare" ? bare() : await ours(peer === "derived");
await ingest(WARM_EVENTS);
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
const cpu = process.cpuUsage();
const startedAt = performance.now();
await ingest(events);
const seconds = (performance.now() - startedAt) / 1_000;
delay.disable();
const { user, system } = process.cpuUsage(cpu);
const over = (ns: number) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
const answer = {
  rate: events / seconds,
  cpu: (user + system) / events,
  lagP50: over(delay.percentile(50)),
  lagP99: over(delay.percentile(99)),
  lagMax: over(delay.max),
};
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
