import type { Clock } from "#lib/clock/clock.ts";
import type { GatewayLog } from "./gateway-options.ts";

const EVERY_MS = 10_000;

/** Complaints that strangers can cause at will: one per kind and 10 s, with a count of those left out. */
export class OccasionalLog {
  readonly #clock: Clock;
  readonly #log: GatewayLog;
  readonly #kinds = new Map<string, { at: number; suppressed: number }>();

  constructor(clock: Clock, log: GatewayLog) {
    this.#clock = clock;
    this.#log = log;
  }

  /** @param kind one of a few literals, never text from outside */
  warn(kind: string, fields: object, message: string): void {
    this.#say("warn", kind, fields, message);
  }

  /** As `warn`, for what should never happen. */
  error(kind: string, fields: object, message: string): void {
    this.#say("error", kind, fields, message);
  }

  #say(level: "warn" | "error", kind: string, fields: object, message: string): void {
    const now = this.#clock.monotonic();
    const last = this.#kinds.get(kind);
    if (last && now - last.at < EVERY_MS) {
      last.suppressed++;
      return;
    }
    this.#log[level](last?.suppressed ? { ...fields, suppressed: last.suppressed } : fields, message);
    this.#kinds.set(kind, { at: now, suppressed: 0 });
  }
}
