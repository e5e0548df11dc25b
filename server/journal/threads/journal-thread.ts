import { Worker } from "node:worker_threads";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { JournalLog } from "../create-journal.ts";
import type { StoredPast, StoredRow } from "../journal-store.ts";
import type { WorkerReply, WorkerRequest, WorkerStart } from "./messages.ts";

type Ask = WorkerRequest extends infer R ? (R extends { id: number } ? Omit<R, "id"> : never) : never;

export interface JournalThread {
  /** Rejects with the thread's one line when its first opening is refused; resolves for the writer only. */
  readonly opened: Promise<StoredPast>;
  /** Rejects `journal_unavailable` when the thread ends first or is not there: the same request may be made again. */
  ask(request: Ask): Promise<readonly StoredRow[]>;
  /** Closes the database and ends the thread for good. */
  close(): Promise<void>;
}

export interface ThreadDeps {
  readonly clock: Clock;
  readonly log: JournalLog;
}

const WORKER = new URL("./journal-worker.ts", import.meta.url);
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

interface Call {
  readonly resolve: (rows: readonly StoredRow[]) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread that is started again when it dies, after 1, 2, 4 .. 60 s; one that lived for a minute begins at 1 s
 * again. What was asked of the dead one is rejected, never repeated here. A first opening that is refused is not retried.
 */
export function startJournalThread(start: WorkerStart, { clock, log }: ThreadDeps): JournalThread {
  const { role } = start;
  const calls = new Map<number, Call>();
  const { promise: opened, resolve: onOpened, reject: onRefused } = Promise.withResolvers<StoredPast>();
  // Whoever does not wait for the opening hears of it at the first request.
  opened.catch(() => {});
  let worker: Worker | undefined;
  let lastId = 0;
  let delayMs = FIRST_DELAY_MS;
  let everOpened = role === "reader";
  let closing = false;
  let cancelRestart = () => {};

  function spawn(): void {
    const bornAt = clock.monotonic();
    const born = new Worker(WORKER, { workerData: { ...start, checked: everOpened }, env: {}, execArgv: [] });
    let cause: unknown;
    worker = born;
    born.on("message", (reply: WorkerReply) => {
      if (reply.type === "refused") {
        cause = new Error(reply.message);
        void born.terminate();
      } else hear(reply);
    });
    born.on("error", (error) => {
      cause = error;
    });
    born.on("exit", () => {
      if (worker === born) worker = undefined;
      rejectAll(cause);
      if (!everOpened) onRefused(cause instanceof Error ? cause : new Error("the journal's thread ended at its start"));
      else if (!closing) restartLater(clock.monotonic() - bornAt, cause);
    });
  }

  function hear(reply: Exclude<WorkerReply, { type: "refused" }>): void {
    if (reply.type === "opened") {
      everOpened = true;
      onOpened(reply.past);
      return;
    }
    const call = calls.get(reply.id);
    calls.delete(reply.id);
    if (reply.type === "done") call?.resolve(reply.rows);
    else call?.reject(new Error(reply.message));
  }

  function rejectAll(cause: unknown): void {
    for (const call of calls.values()) call.reject(gone(cause));
    calls.clear();
  }

  function restartLater(livedMs: number, cause: unknown): void {
    if (livedMs >= LONGEST_DELAY_MS) delayMs = FIRST_DELAY_MS;
    log.error({ err: cause, role, restartInMs: delayMs }, "journal: a thread ended; it is started again");
    cancelRestart = clock.schedule(delayMs, spawn);
    delayMs = Math.min(LONGEST_DELAY_MS, 2 * delayMs);
  }

  spawn();
  return {
    opened,
    ask(request) {
      if (!worker) return Promise.reject(gone());
      const { promise, resolve, reject } = Promise.withResolvers<readonly StoredRow[]>();
      lastId += 1;
      calls.set(lastId, { resolve, reject });
      worker.postMessage({ ...request, id: lastId } satisfies WorkerRequest);
      return promise;
    },
    async close() {
      closing = true;
      cancelRestart();
      const hasDatabase = role === "writer" || lastId > 0;
      // A thread that is gone has nothing left to close.
      if (hasDatabase) await this.ask({ type: "close" }).catch(() => []);
      await worker?.terminate();
    },
  };
}

function gone(cause?: unknown): AppError {
  return new AppError("journal_unavailable", "the journal's thread ended; it is started again", {
    retryAfterS: 1,
    cause,
  });
}
