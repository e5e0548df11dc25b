import { Worker } from "node:worker_threads";
import type { EventRow, JournalStore, StoredPast } from "../journal-store.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./worker-messages.ts";

type Ask = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, "id"> : never) : never;

export interface OpenedSqliteStore {
  readonly store: JournalStore;
  readonly past: StoredPast;
}

/** Starts the worker on `file` and resolves once it is open, checked and migrated; rejects with its one line otherwise. */
export function openSqliteStore(start: WorkerStart): Promise<OpenedSqliteStore> {
  const worker = new Worker(new URL("./sqlite-worker.ts", import.meta.url), {
    workerData: start,
    env: {},
    execArgv: [],
  });
  const calls = createCalls(worker);
  const { promise, resolve, reject } = Promise.withResolvers<OpenedSqliteStore>();

  worker.on("message", (reply: WorkerReply) => {
    switch (reply.type) {
      case "opened":
        return resolve({ store: storeOver(worker, calls.ask), past: reply.past });
      case "refused":
        reject(new Error(reply.message));
        return void worker.terminate();
      case "done":
        return calls.settle(reply.id, (call) => call.resolve(reply.rows));
      case "failed":
        return calls.settle(reply.id, (call) => call.reject(new Error(reply.message)));
    }
  });
  worker.on("error", (error) => {
    reject(error);
    calls.fail(new Error("the journal's thread failed", { cause: error }));
  });
  worker.on("exit", () => {
    reject(new Error("the journal's thread ended before it opened"));
    calls.fail(new Error("the journal's thread has ended"));
  });
  return promise;
}

interface Call {
  readonly resolve: (rows: readonly EventRow[]) => void;
  readonly reject: (error: Error) => void;
}

function createCalls(worker: Worker) {
  const open = new Map<number, Call>();
  let lastId = 0;
  let dead: Error | undefined;
  return {
    ask(request: Ask): Promise<readonly EventRow[]> {
      if (dead) return Promise.reject(dead);
      const { promise, resolve, reject } = Promise.withResolvers<readonly EventRow[]>();
      lastId += 1;
      open.set(lastId, { resolve, reject });
      worker.postMessage({ ...request, id: lastId });
      return promise;
    },
    settle(id: number, how: (call: Call) => void): void {
      const call = open.get(id);
      open.delete(id);
      if (call) how(call);
    },
    fail(error: Error): void {
      dead ??= error;
      for (const call of open.values()) call.reject(error);
      open.clear();
    },
  };
}

function storeOver(worker: Worker, ask: (request: Ask) => Promise<readonly EventRow[]>): JournalStore {
  return {
    commit: async (commit) => void (await ask({ type: "commit", commit })),
    page: (after, limit) => ask({ type: "page", after, limit }),
    read: (query) => ask({ type: "read", query }),
    async close() {
      // A thread that already failed has nothing left to close.
      await ask({ type: "close" }).catch(() => []);
      await worker.terminate();
    },
  };
}
