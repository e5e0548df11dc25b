// Appends events and writes `<epoch> <seq>` for each commit it was told of: `journal-writer DIR|URL [COMMITS SIZE]`, in
// bursts of many sizes for ever (its test kills it), or COMMITS times SIZE events.
import { writeSync } from "node:fs";
import { systemClock } from "#lib/clock/system-clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { OpenJournal } from "#server/journal/create-journal.ts";
import { createJournalAt, journalLocation } from "#server/journal/create-journal-at.ts";

/** Resolves once everything is committed, however long a busy disk takes. */
async function stored(journal: OpenJournal): Promise<void> {
  for (;;) {
    try {
      return await journal.committed();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await new Promise<void>((resolve) => systemClock.schedule(20, resolve));
    }
  }
}

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const BURSTS = [1, 40, 3, 400, 1, 1, 7, 90];

const [place, commits, burst] = process.argv.slice(2);
if (place === undefined) throw new Error("usage: journal-writer DIR|URL [COMMITS SIZE]");
const rounds = commits === undefined ? Number.POSITIVE_INFINITY : Number(commits);
try {
  const databaseUrl = place.startsWith("postgres://") ? place : undefined;
  const journal = await createJournalAt(journalLocation({ databaseUrl, dataDir: place }), {
    pid: process.pid,
    clock: systemClock,
    gateway: "writer",
    log: SILENT,
  });
  const { previous } = journal;
  journal.append({ type: "gateway.started", gateway: "writer", previous });
  for (let round = 0; round < rounds; round += 1) {
    const size = burst === undefined ? (BURSTS[round % BURSTS.length] ?? 1) : Number(burst);
    let last = 0;
    for (let n = 0; n < size; n += 1) {
      last = journal.append({ type: "dog.stable", sn: `dog-${n}`, session: `${journal.epoch}.${round}` }).seq;
    }
    await stored(journal);
    writeSync(1, `${journal.epoch} ${last}\n`);
  }
  await journal.close();
} catch (error) {
  writeSync(2, `${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
