import { isIP } from "node:net";
import type { Dial, PollHealth } from "#dog/transport/dial.ts";
import type { Clock } from "#lib/clock/clock.ts";

interface Ports {
  readonly clock: Pick<Clock, "monotonic">;
  readonly dial: Dial;
  readonly pollHealth: PollHealth;
  /** Host -> addresses to try, the best first. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
}

/**
 * A dial and a poll that ask `resolve` for the address and never touch the URL, so that `Host` and the TLS server name stay
 * right. An address that could not be reached, or did not answer a poll well, makes place for the host's next one; dials and
 * polls keep their own count. Resolving is part of the time of both.
 */
export function resolving({ clock, dial, pollHealth, resolve }: Ports): { dial: Dial; pollHealth: PollHealth } {
  const failedDials = new Map<string, number>();
  const failedPolls = new Map<string, number>();
  const fail = (failures: Map<string, number>, host: string) => failures.set(host, (failures.get(host) ?? 0) + 1);
  const pick = async (host: string, failures: ReadonlyMap<string, number>): Promise<string> => {
    const found = await resolve(host);
    const address = found[(failures.get(host) ?? 0) % Math.max(1, found.length)];
    if (address === undefined) throw Object.assign(new Error(`${host} has no address`), { code: "ENOTFOUND" });
    return address;
  };

  const resolvingDial: Dial = (target, handlers) => {
    const host = nameIn(target.url);
    if (host === null) return dial(target, handlers);
    const beganAt = clock.monotonic();
    return whenKnown(
      pick(host, failedDials),
      (address) => {
        const handshakeTimeoutMs = Math.max(1, target.handshakeTimeoutMs - (clock.monotonic() - beganAt));
        return dial(
          { ...target, handshakeTimeoutMs, address },
          {
            opened: (socket) => handlers.opened(socket),
            message: (text) => handlers.message(text),
            heard: () => handlers.heard(),
            ended(end) {
              if (!end.opened && end.status === null) fail(failedDials, host);
              handlers.ended(end);
            },
          },
        );
      },
      (error) => handlers.ended({ ...NEVER_DIALED, error }),
    );
  };

  const resolvingPoll: PollHealth = (url, options, done) => {
    const host = nameIn(url);
    if (host === null) return pollHealth(url, options, done);
    const beganAt = clock.monotonic();
    const answered = (healthy: boolean, retryAfterMs: number | null) => {
      if (!healthy) fail(failedPolls, host);
      done(healthy, retryAfterMs);
    };
    return whenKnown(
      pick(host, failedPolls),
      (address) => {
        // Whole milliseconds: AbortSignal takes nothing else.
        const timeoutMs = Math.max(1, Math.round(options.timeoutMs - (clock.monotonic() - beganAt)));
        return pollHealth(url, { ...options, timeoutMs, address }, answered);
      },
      () => done(false, null),
    );
  };
  return { dial: resolvingDial, pollHealth: resolvingPoll };
}

/** Goes on with what `promise` brings, unless it was cancelled by then. Returns the cancel. */
function whenKnown(
  promise: Promise<string>,
  use: (address: string) => () => void,
  fail: (error: Error) => void,
): () => void {
  let cancelled = false;
  let cancelUse = () => {};
  promise.then(
    (address) => {
      if (!cancelled) cancelUse = use(address);
    },
    (error: unknown) => {
      if (!cancelled) fail(error instanceof Error ? error : new Error(String(error)));
    },
  );
  return () => {
    cancelled = true;
    cancelUse();
  };
}

/** The name in a URL; null where there is nothing to resolve. */
function nameIn(url: string): string | null {
  const host = URL.parse(url)?.hostname.replace(/^\[|\]$/g, "") ?? "";
  return host === "" || isIP(host) !== 0 ? null : host;
}

const NEVER_DIALED = { opened: false, closeCode: null, closeReason: "", status: null, retryAfterMs: null } as const;
