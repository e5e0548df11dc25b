import type { Clock } from "#lib/clock/clock.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { isSameNetwork, type NetworkReader, type NetworkType, type NetworkView, readNetwork } from "./network-type.ts";
import { systemNetwork } from "./system-network.ts";

export interface NetworkWatchOptions {
  /** The system's own where they are left out. */
  readonly clock?: Clock;
  readonly reader?: NetworkReader;
  /** Told of each new network, or of none, once it has lasted `settleMs`. */
  readonly onChange: (view: NetworkView) => void;
  /** Types of interfaces whose names mislead. */
  readonly known?: Readonly<Record<string, NetworkType>>;
  /** Between two looks, ms (2,000). */
  readonly everyMs?: number;
  /** A change must look the same twice, so far apart, ms (500). */
  readonly settleMs?: number;
}

export interface NetworkWatch {
  readonly current: NetworkView;
  stop(): void;
}

/**
 * Looks at the default route every two seconds. A socket for the kernel's own news (netlink) would need an addon; what is read
 * here is memory. Off Linux there is never a change and the type is `unknown`.
 */
export function watchNetwork({
  clock = systemClock,
  reader = systemNetwork,
  onChange,
  known = {},
  everyMs = 2_000,
  settleMs = 500,
}: NetworkWatchOptions): NetworkWatch {
  let current = readNetwork(reader, known);
  let candidate: NetworkView | null = null;
  let cancel = clock.schedule(everyMs, look);

  function look(): void {
    const seen = readNetwork(reader, known, current);
    const isNew = !isSameNetwork(seen, current);
    const hasSettled = isNew && candidate !== null && isSameNetwork(seen, candidate);
    candidate = isNew && !hasSettled ? seen : null;
    cancel = clock.schedule(candidate ? settleMs : everyMs, look);
    if (!hasSettled) return;
    current = seen;
    onChange(seen);
  }

  return {
    get current() {
      return current;
    },
    stop: () => cancel(),
  };
}
