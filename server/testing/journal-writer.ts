// Appends events for ever and writes `<epoch> <seq>` for each commit it was told of. Its test kills it.
import { writeSync } from "node:fs";
import { systemClock } from "#lib/clock/system-clock.ts";
import { createSqliteJournal } from "#server/journal/sqlite-journal.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const BURSTS = [1, 40, 3, 400, 1, 1, 7, 90];

const dir = process.argv[2];
if (dir === undefined) throw new Error("usage: journal-writer DIR");
try {
  const journal = await createSqliteJournal({
    dir,
    pid: process.pid,
    clock: systemClock,
    gateway: "writer",
    log: SILENT,
  });
  const { previous } = journal;
  journal.append({ type: "gateway.started", gateway: "writer", previous });
  for (let round = 0; ; round += 1) {
    const size = BURSTS[round % BURSTS.length] ?? 1;
    let last = 0;
    for (let n = 0; n < size; n += 1) {
      last = journal.append({ type: "dog.stable", sn: `dog-${n}`, session: `${journal.epoch}.${round}` }).seq;
    }
    await journal.committed();
    writeSync(1, `${journal.epoch} ${last}\n`);
  }
} catch (error) {
  writeSync(2, `${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
