import { parentPort, workerData } from "node:worker_threads";
import type { StoredRow } from "../journal-store.ts";
import { openSqliteDatabase, openSqliteReader, type SqliteDatabase, type SqliteReader } from "./sqlite-database.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker-messages.ts";

type Perform = (request: WorkerRequest) => Promise<readonly StoredRow[]> | readonly StoredRow[];

/** A thread over the database file: neither an fsync nor a long read holds the event loop that holds the sockets. */
async function serve(start: WorkerStart): Promise<void> {
  if (start.role === "reader") return listen(reading(start.file));
  let db: SqliteDatabase;
  try {
    const { maxPages, checked = false } = start;
    db = await openSqliteDatabase(start.file, { checked, ...(maxPages === undefined ? {} : { maxPages }) });
  } catch (error) {
    reply({ type: "refused", message: textOf(error) });
    return;
  }
  listen(writing(db));
  reply({ type: "opened", past: db.past });
}

function listen(perform: Perform): void {
  parentPort?.on("message", (request: WorkerRequest) => {
    const performed = (async () => perform(request))();
    performed.then(
      (rows) => reply({ type: "done", id: request.id, rows }),
      (error: unknown) => reply({ type: "failed", id: request.id, message: textOf(error) }),
    );
  });
}

function writing(db: SqliteDatabase): Perform {
  return (request) => {
    switch (request.type) {
      case "commit":
        db.commit(request.commit);
        return [];
      case "close":
        db.close();
        return [];
      case "page":
      case "read":
        throw new Error("the writing thread does not read");
    }
  };
}

function reading(file: string): Perform {
  let opened: SqliteReader | undefined;
  const reader = () => {
    opened ??= openSqliteReader(file);
    return opened;
  };
  return (request) => {
    switch (request.type) {
      case "page":
        return reader().page(request.after, request.limit);
      case "read":
        return reader().read(request.query);
      case "close":
        opened?.close();
        return [];
      case "commit":
        throw new Error("the reading thread does not write");
    }
  };
}

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await serve(workerData as WorkerStart);
