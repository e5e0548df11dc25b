export type OnError = (error: Error) => void;

/**
 * Calls what a robot's program gave. What that throws, or rejects with, is its program's trouble: told to `onError`, without one
 * as a warning of the process, and never thrown, since it would end the robot's process with it.
 */
export function shielded(what: string, callback: () => unknown, onError: OnError = warn): void {
  const tell = (cause: unknown) => {
    const said = cause instanceof Error ? cause.message : String(cause);
    const error = new Error(`${what} threw: ${said}`, { cause });
    try {
      onError(error);
    } catch {
      warn(error);
    }
  };
  try {
    const returned = callback();
    if (returned instanceof Promise) returned.catch(tell);
  } catch (cause) {
    tell(cause);
  }
}

const warn: OnError = (error) => process.emitWarning(error.message, "ReconnectionClientWarning");
