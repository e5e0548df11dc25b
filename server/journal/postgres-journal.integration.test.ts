import { afterAll, beforeAll } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { describeJournal } from "#server/testing/journal-suite.ts";
import { type PostgresServer, startPostgres } from "#server/testing/postgres-server.ts";
import { createPostgresJournal, type PostgresJournalOptions } from "./postgres-journal.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.close());

const open = (url: string, extra: Partial<PostgresJournalOptions> = {}) =>
  createPostgresJournal({
    url,
    pid: process.pid,
    clock: new FakeClock(),
    gateway: "test",
    log: SILENT,
    ...extra,
    limits: { groupMs: null, ...extra.limits },
  });

describeJournal("PostgreSQL", async () => {
  const url = await server.createDatabase();
  return { open: (options) => open(url, options), dispose: async () => {} };
});
