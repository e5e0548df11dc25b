import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "#lib/clock/system-clock.ts";
import { openArchive } from "#server/journal/database/archive.ts";
import { type PastReply, type PastRequest, type ThreadStart, toFailure } from "./messages.ts";
import { createPast } from "./past.ts";
import { answering } from "./questions.ts";

/** The thread of the past: no question about it, and no snapshot, holds the event loop that holds the sockets. */
async function serve({ location, settings, isBooted }: ThreadStart): Promise<void> {
  const archive = await openArchive(location);
  const say = (level: "info" | "warn" | "error") => (fields: object, message: string) =>
    reply({ type: "log", level, fields: cloneable(fields), message });
  const log = { info: say("info"), warn: say("warn"), error: say("error") };
  const past = createPast({ archive, clock: systemClock, log, settings });
  if (isBooted) past.booted();
  const ask = answering(past) as (question: string, ...args: readonly unknown[]) => Promise<unknown>;

  parentPort?.on("message", (request: PastRequest) => {
    if (request.type === "booted") return past.booted();
    const answer = request.type === "close" ? past.close() : ask(request.question, ...request.args);
    answer.then(
      (value) => reply({ type: "answer", id: request.id, value }),
      (error: unknown) => reply({ type: "failed", id: request.id, failure: toFailure(error) }),
    );
  });
}

/** An error is told by its text. */
function cloneable(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? (value.stack ?? value.message) : value,
    ]),
  );
}

function reply(message: PastReply): void {
  parentPort?.postMessage(message);
}

await serve(workerData as ThreadStart);
