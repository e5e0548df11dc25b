import { parentPort, workerData } from "node:worker_threads";
import type { EventRow } from "../journal-store.ts";
import { openSqliteDatabase, type SqliteDatabase } from "./sqlite-database.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker-messages.ts";

/** The thread that owns the database file: fsync never holds the event loop that holds the sockets. */
async function serve(start: WorkerStart): Promise<void> {
  let db: SqliteDatabase;
  try {
    db = await openSqliteDatabase(start.file, start.maxPages === undefined ? {} : { maxPages: start.maxPages });
  } catch (error) {
    reply({ type: "refused", message: textOf(error) });
    return;
  }
  parentPort?.on("message", (request: WorkerRequest) => {
    perform(db, request).then(
      (rows) => reply({ type: "done", id: request.id, rows }),
      (error: unknown) => reply({ type: "failed", id: request.id, message: textOf(error) }),
    );
  });
  reply({ type: "opened", past: db.past });
}

async function perform(db: SqliteDatabase, request: WorkerRequest): Promise<readonly EventRow[]> {
  switch (request.type) {
    case "commit":
      db.commit(request.commit);
      return [];
    case "page":
      return db.page(request.after, request.limit);
    case "read":
      return db.read(request.query);
    case "close":
      db.close();
      return [];
  }
}

function reply(message: WorkerReply): void {
  parentPort?.postMessage(message);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await serve(workerData as WorkerStart);
