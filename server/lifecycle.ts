import type { Clock } from "#lib/clock/clock.ts";

export interface LifecycleLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  fatal(fields: object, message: string): void;
}

export interface LifecycleOptions {
  readonly clock: Clock;
  readonly log: LifecycleLog;
  /** Drains, flushes and closes everything. Called once. */
  readonly stop: () => Promise<void>;
  /** Ends the process. */
  readonly exit: (code: number) => void;
  /** A stop that takes longer is cut off. */
  readonly deadlineMs: number;
}

/** The ways this process ends: 0 after a drain, 1 after a failure or when it is told a second time. */
export interface Lifecycle {
  /** SIGTERM, SIGINT: drain; a second one exits at once. */
  signal(name: string): void;
  /** An error nobody handled: state may be wrong, so drain and leave. */
  crash(error: unknown): void;
}

export function createLifecycle({ clock, log, stop, exit, deadlineMs }: LifecycleOptions): Lifecycle {
  let stopping = false;

  async function end(code: number): Promise<void> {
    stopping = true;
    const cancel = clock.schedule(deadlineMs, () => {
      log.fatal({ deadlineMs }, "the stop took too long; leaving now");
      exit(1);
    });
    try {
      await stop();
      cancel();
      log.info({ code }, "stopped");
      exit(code);
    } catch (error) {
      cancel();
      log.fatal({ err: error }, "the stop failed");
      exit(1);
    }
  }

  return {
    signal(name) {
      if (stopping) {
        log.warn({ signal: name }, "told again: leaving at once");
        exit(1);
        return;
      }
      log.info({ signal: name }, "stopping: draining the dogs; send it again to leave at once");
      void end(0);
    },
    crash(error) {
      log.fatal({ err: error }, "an error nobody handled");
      if (!stopping) void end(1);
    },
  };
}
