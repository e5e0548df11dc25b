import { parentPort, workerData } from "node:worker_threads";
import type { JournalLocation } from "../archive.ts";
import type { HotDatabase, ReadDatabase } from "../database/hot-database.ts";
import { openHot, openReader } from "../database/open-database.ts";
import type { StoredRow } from "../journal-store.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./messages.ts";

type Perform = (request: WorkerRequest) => Promise<readonly StoredRow[]> | readonly StoredRow[];

/** A thread over the database: neither an fsync nor a long read holds the event loop that holds the sockets. */
async function serve(start: WorkerStart): Promise<void> {
  if (start.role === "reader") return listen(reading(start.location));
  let db: HotDatabase;
  try {
    const { location, maxPages, checked = false } = start;
    db = await openHot(location, { checked, ...(maxPages === undefined ? {} : { maxPages }) });
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

function writing(db: HotDatabase): Perform {
  return async (request) => {
    switch (request.type) {
      case "commit":
        await db.commit(request.commit);
        return [];
      case "close":
        await db.close();
        return [];
      case "page":
      case "read":
        throw new Error("the writing thread does not read");
    }
  };
}

function reading(location: JournalLocation): Perform {
  let opening: Promise<ReadDatabase> | undefined;
  const reader = () => {
    // One that cannot be opened is tried again at the next request.
    opening ??= openReader(location).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return async (request) => {
    switch (request.type) {
      case "page":
        return (await reader()).page(request.after, request.limit);
      case "read":
        return (await reader()).read(request.query);
      case "close":
        await (await opening)?.close();
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
