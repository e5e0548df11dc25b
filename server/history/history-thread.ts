import { Worker } from "node:worker_threads";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { HistoryLog } from "./history-log.ts";
import { fromFailure, type PastReply, type PastRequest, type PastStart, type ThreadStart } from "./messages.ts";
import type { Answer, Arguments, Ask, Question } from "./questions.ts";

export interface HistoryThread {
  /** Rejects `history_unavailable` when the thread ends first, is not there, has too much to do or does not answer in time. */
  readonly ask: Ask;
  /** Tells the thread, and each that follows it, that the gateway is up. */
  booted(): void;
  /** Ends what runs, closes the archive, ends the thread. Idempotent. */
  close(): Promise<void>;
}

export interface ThreadDeps {
  readonly clock: Clock;
  readonly log: HistoryLog;
}

const WORKER = new URL("./history-worker.ts", import.meta.url);
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** Questions the thread has not answered yet, whether anybody still waits or not. */
const MOST_ASKED = 256;
const ANSWER_MS = 30_000;
/** What the thread has for leaving by itself: a snapshot or a batch ends within it. */
const CLOSE_MS = 3_000;

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly cancel: () => void;
}

/**
 * The thread of the past, started again when it dies, after 1, 2, 4 .. 60 s; one that lived for a minute begins at 1 s again.
 * What was asked of the dead one is rejected: whoever asked may ask again.
 */
export function startHistoryThread(start: PastStart, { clock, log }: ThreadDeps): HistoryThread {
  const calls = new Map<number, Call>();
  let worker: Worker | undefined;
  let isBooted = false;
  let lastId = 0;
  let delayMs = FIRST_DELAY_MS;
  let closed: Promise<void> | undefined;
  let cancelRestart = () => {};

  function spawn(): void {
    const bornAt = clock.monotonic();
    const born = new Worker(WORKER, {
      workerData: { ...start, isBooted } satisfies ThreadStart,
      env: {},
      execArgv: [],
    });
    let cause: unknown;
    worker = born;
    born.on("message", hear);
    born.on("error", (error) => {
      cause = error;
    });
    born.on("exit", () => {
      if (worker === born) worker = undefined;
      for (const id of [...calls.keys()])
        settle(id, (call) => call.reject(unavailable("the thread of the past ended", cause)));
      if (!closed) restartLater(clock.monotonic() - bornAt, cause);
    });
  }

  function hear(reply: PastReply): void {
    if (reply.type === "log") log[reply.level](reply.fields, reply.message);
    else if (reply.type === "answer") settle(reply.id, (call) => call.resolve(reply.value));
    else settle(reply.id, (call) => call.reject(fromFailure(reply.failure)));
  }

  function settle(id: number, how: (call: Call) => void): void {
    const call = calls.get(id);
    if (call === undefined) return;
    calls.delete(id);
    call.cancel();
    how(call);
  }

  function restartLater(livedMs: number, cause: unknown): void {
    if (livedMs >= LONGEST_DELAY_MS) delayMs = FIRST_DELAY_MS;
    log.error({ err: cause, restartInMs: delayMs }, "history: its thread ended; it is started again");
    cancelRestart = clock.schedule(delayMs, spawn);
    delayMs = Math.min(LONGEST_DELAY_MS, 2 * delayMs);
  }

  function call(request: (id: number) => PastRequest, withinMs: number): Promise<unknown> {
    if (worker === undefined) return Promise.reject(unavailable("the thread of the past is started again"));
    if (calls.size >= MOST_ASKED) return Promise.reject(unavailable("the past is asked too much at once"));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ++lastId;
    // The thread works on it all the same: it counts until it is answered.
    const cancel = clock.schedule(withinMs, () => reject(unavailable("the past did not answer in time")));
    calls.set(id, { resolve, reject, cancel });
    worker.postMessage(request(id));
    return promise;
  }

  async function end(): Promise<void> {
    cancelRestart();
    await call((id) => ({ type: "close", id }), CLOSE_MS).catch(() => {});
    await worker?.terminate();
  }

  spawn();
  return {
    booted() {
      isBooted = true;
      worker?.postMessage({ type: "booted" } satisfies PastRequest);
    },
    ask: <Q extends Question>(question: Q, ...args: Arguments<Q>) =>
      call((id) => ({ type: "ask", id, question, args }), ANSWER_MS) as Promise<Answer<Q>>,
    close() {
      closed ??= end();
      return closed;
    },
  };
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError("history_unavailable", message, { retryAfterS: 1, cause });
}
