import { isIP } from "node:net";
import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { systemLookup } from "./system-lookup.ts";

/** All addresses of a host, of both families, in the system's order. Rejects with the system's error (`code`). */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** Host -> addresses to connect to, the best first; never empty. TLS server name and Host stay the URL's. */
export type ResolveName = (host: string) => Promise<readonly string[]>;

export interface NameResolverOptions {
  /** The system's own where it is left out. */
  readonly lookup?: Lookup;
  readonly clock?: Clock;
  /** Wait for the system's answer, ms (3,000, and no more). Part of a dial's own time: at most half of it, or no fallback is tried. */
  readonly timeoutMs?: number;
  /** Host -> addresses to use where there is no answer; a function where they change, asked at each need. */
  readonly fallbacks?: Fallbacks | (() => Fallbacks);
}

export type Fallbacks = Readonly<Record<string, readonly string[]>>;

const TIMEOUT_MS = 3_000;
/**
 * A lookup cannot be cancelled and holds one of Node's four threads for files and names until the system gives up, half a
 * minute later. So two at most, one for a host.
 */
const MOST_LOOKUPS = 2;
/** Hosts whose last good answer is kept. A dog has a handful. */
const MOST_REMEMBERED = 64;

/**
 * A name resolver that outlives its DNS: a fresh answer; else the last good one, then the configured fallbacks. Rejects only
 * where there is none of them, with the system's error or ETIMEDOUT. Literal addresses pass. A late answer serves the next call.
 */
export function createNameResolver({
  lookup = systemLookup,
  clock = systemClock,
  timeoutMs = TIMEOUT_MS,
  fallbacks = {},
}: NameResolverOptions = {}): ResolveName {
  if (!(timeoutMs > 0 && timeoutMs <= TIMEOUT_MS)) throw new RangeError(`timeoutMs: expected 1 to ${TIMEOUT_MS}`);
  const running = new Map<string, Promise<readonly string[]>>();
  const lastGood = new Map<string, readonly string[]>();
  const configured = (host: string): readonly string[] => {
    const all = Object.entries(typeof fallbacks === "function" ? fallbacks() : fallbacks);
    return all.flatMap(([name, addresses]) => (name.toLowerCase() === host ? addresses : []));
  };

  /** Joins the lookup of this host that is under way. */
  function ask(host: string): Promise<readonly string[]> {
    const under = running.get(host);
    if (under !== undefined) return under;
    if (running.size >= MOST_LOOKUPS) return Promise.reject(systemError("EAI_AGAIN", `no room to look up ${host}`));
    const asked = lookup(host)
      .then((addresses) => {
        const usable = interleave(addresses.filter((address) => isIP(address) > 0));
        if (usable.length === 0) throw systemError("ENODATA", `${host} has no address`);
        remember(host, usable);
        return usable;
      })
      .finally(() => running.delete(host));
    running.set(host, asked);
    return asked;
  }

  function remember(host: string, addresses: readonly string[]): void {
    lastGood.delete(host);
    lastGood.set(host, addresses);
    for (const oldest of lastGood.keys()) {
      if (lastGood.size <= MOST_REMEMBERED) return;
      lastGood.delete(oldest);
    }
  }

  return async (urlHost) => {
    const host = urlHost.replace(/^\[(.*)\]$/, "$1").toLowerCase();
    if (isIP(host) > 0) return [host];
    try {
      return await within(ask(host), timeoutMs, clock, host);
    } catch (error) {
      const known = [...new Set([...(lastGood.get(host) ?? []), ...configured(host)])];
      if (known.length === 0) throw error;
      return known;
    }
  };
}

function within<T>(answer: Promise<T>, timeoutMs: number, clock: Clock, host: string): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const cancel = clock.schedule(timeoutMs, () => reject(systemError("ETIMEDOUT", `looking up ${host} took too long`)));
  answer.then(resolve, reject).finally(cancel);
  return promise;
}

/** The families in turn, the system's favourite first, so that the second dial already leaves one that leads nowhere. */
function interleave(addresses: readonly string[]): readonly string[] {
  const favourite = isIP(addresses[0] ?? "");
  const first = addresses.filter((address) => isIP(address) === favourite);
  const second = addresses.filter((address) => isIP(address) !== favourite);
  const mixed: string[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    mixed.push(...first.slice(i, i + 1), ...second.slice(i, i + 1));
  }
  return [...new Set(mixed)];
}

const systemError = (code: string, message: string): Error => Object.assign(new Error(message), { code });
