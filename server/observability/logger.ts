import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "#server/config.ts";
import type { Redactor } from "./redactor.ts";

/** Beyond this, lines are dropped rather than held: a reader of our output that stops must not cost us memory. */
const LONGEST_BACKLOG_BYTES = 4 * 1024 * 1024;

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  /** Stands in for standard output. */
  readonly destination?: DestinationStream;
}

export interface OwnedLogger {
  readonly log: Logger;
  /** Writes out what is buffered; for the last line before an exit. Never throws. */
  flush(): void;
}

/** One JSON line an event, UTC, every field through the redactor. */
export function createLogger({ level, redactor, destination: given }: LoggerOptions): OwnedLogger {
  const out = given ?? standardOutput();
  const log = pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      // The redactor has already made errors and requests plain.
      serializers: { err: (error: unknown) => error, req: (request: unknown) => request },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => asFields(redactor.value(fields)),
      },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[];
          const clean = rest.map((item) => redactor.value(item));
          if (first instanceof Error) {
            const message = clean.length > 0 ? clean : [redactor.text(first.message)];
            return Reflect.apply(method, this, [{ err: first }, ...message]);
          }
          return Reflect.apply(method, this, [typeof first === "string" ? redactor.text(first) : first, ...clean]);
        },
      },
    },
    out,
  );
  // pino resets `formatters.bindings` for children, which inherit this method instead.
  const { child } = log;
  Object.defineProperty(log, "child", {
    value(this: Logger, bindings: object, options?: object) {
      return Reflect.apply(child, this, [asFields(redactor.value(bindings)), options]);
    },
  });
  return { log, flush: () => flushQuietly(out) };
}

function standardOutput(): DestinationStream {
  const out = destination({ fd: 1, sync: false, minLength: 0, maxLength: LONGEST_BACKLOG_BYTES });
  // Nobody reads us any more: that is no reason to drop a fleet.
  out.on("error", () => {});
  return out;
}

function flushQuietly(out: DestinationStream): void {
  try {
    if ("flushSync" in out && typeof out.flushSync === "function") out.flushSync();
  } catch {
    // A pipe that is gone, or a stream that never opened: there is nowhere left to write to.
  }
}

function asFields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
