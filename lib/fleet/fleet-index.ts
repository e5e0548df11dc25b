import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { DOG_STATES, type Dog, type DogState, type StateCounts } from "./dog.ts";
import type { HeapItem } from "./heap.ts";
import { isOut } from "./view.ts";

/** Dogs of one site or gateway: all that are not retired, and those out now. */
export interface GroupCounts {
  readonly known: number;
  readonly out: number;
}

/** One dog in the store with what it is filed under. */
export interface Entry extends HeapItem {
  dog: Dog;
  filed: Filing | null;
  /** Outage that counts and was told as begun; the one told as given up. */
  begunId: string | null;
  gaveUpId: string | null;
}

export interface Filing {
  readonly state: DogState;
  readonly reason: ReasonCode | null;
  readonly site: string | null;
  readonly gateway: string | null;
  readonly flaps: number;
  readonly flapping: boolean;
  /** Epoch of the session it holds. */
  readonly epoch: string | null;
  /** The attempt now running, while it still retries. */
  readonly attempt: number | null;
  /** The window it waits through. */
  readonly delayMs: number | null;
  /** Earliest give-up; null for never and for dogs that are not out. Kept, not counted. */
  readonly givesUpAt: number | null;
}

export const SITE_LABEL = "site";

/** Counts and indexes of the fleet, kept as dogs move: asking costs the answer, not the fleet. */
export class FleetIndex {
  readonly #byState = new Map<DogState, Set<string>>(DOG_STATES.map((state) => [state, new Set()]));
  readonly #byReason = new Map<ReasonCode, number>();
  readonly #sites = new Map<string, { known: number; out: number }>();
  readonly #gateways = new Map<string, { known: number; out: number }>();
  readonly #attempts = new Map<number, number>();
  readonly #delays = new Map<number, number>();
  readonly #byEpoch = new Map<string, Set<string>>();
  flapping = 0;
  flaps = 0;

  file(entry: Entry, next: Filing): void {
    const { filed } = entry;
    entry.filed = next;
    if (filed !== null && isSame(filed, next)) return;
    const { sn } = entry.dog;
    if (filed !== null) this.#count(sn, filed, -1);
    this.#count(sn, next, 1);
  }

  state(state: DogState): ReadonlySet<string> {
    return this.#byState.get(state) ?? NOBODY;
  }

  counts(): StateCounts {
    const count = (state: DogState) => this.state(state).size;
    return {
      connected: count("connected"),
      silent: count("silent"),
      settling: count("settling"),
      reconnecting: count("reconnecting"),
      refused: count("refused"),
      probing: count("probing"),
      gave_up: count("gave_up"),
      offline: count("offline"),
    };
  }

  get byReason(): ReadonlyMap<ReasonCode, number> {
    return this.#byReason;
  }

  /** Dogs that still retry, by the attempt now running. */
  get attempts(): ReadonlyMap<number, number> {
    return this.#attempts;
  }

  /** Dogs that wait for their next dial, by the window they wait through. */
  get delays(): ReadonlyMap<number, number> {
    return this.#delays;
  }

  get sites(): ReadonlyMap<string, GroupCounts> {
    return this.#sites;
  }

  get gateways(): ReadonlyMap<string, GroupCounts> {
    return this.#gateways;
  }

  /** Dogs whose session belongs to a run of a gateway. */
  sessions(epoch: string): ReadonlySet<string> {
    return this.#byEpoch.get(epoch) ?? NOBODY;
  }

  #count(sn: string, filing: Filing, by: 1 | -1): void {
    const states = this.#byState.get(filing.state);
    if (by > 0) states?.add(sn);
    else states?.delete(sn);
    if (filing.epoch !== null) this.#countSession(filing.epoch, sn, by);
    if (filing.state === "retired") return;
    this.flaps += by * filing.flaps;
    if (filing.flapping) this.flapping += by;
    const out = isOut(filing.state);
    if (filing.site !== null) countGroup(this.#sites, filing.site, out, by);
    if (filing.gateway !== null) countGroup(this.#gateways, filing.gateway, out, by);
    countKey(this.#attempts, filing.attempt, by);
    countKey(this.#delays, filing.delayMs, by);
    if (out) countKey(this.#byReason, filing.reason, by);
  }

  #countSession(epoch: string, sn: string, by: 1 | -1): void {
    const held = this.#byEpoch.get(epoch) ?? new Set<string>();
    if (by > 0) this.#byEpoch.set(epoch, held.add(sn));
    else if (held.delete(sn) && held.size === 0) this.#byEpoch.delete(epoch);
  }
}

const NOBODY: ReadonlySet<string> = new Set();

function countKey<K>(counts: Map<K, number>, key: K | null, by: 1 | -1): void {
  if (key === null) return;
  const left = (counts.get(key) ?? 0) + by;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}

function countGroup(groups: Map<string, { known: number; out: number }>, name: string, out: boolean, by: 1 | -1): void {
  const group = groups.get(name) ?? { known: 0, out: 0 };
  group.known += by;
  if (out) group.out += by;
  if (group.known === 0) groups.delete(name);
  else groups.set(name, group);
}

function isSame(a: Filing, b: Filing): boolean {
  return (
    a.state === b.state &&
    a.reason === b.reason &&
    a.flaps === b.flaps &&
    a.flapping === b.flapping &&
    a.epoch === b.epoch &&
    a.attempt === b.attempt &&
    a.delayMs === b.delayMs &&
    a.site === b.site &&
    a.gateway === b.gateway
  );
}

/** Category of an outage for statistics: what ran in the auth lane stays out of the network's rates. */
export function outageCategory(cause: ReasonCode, auth: boolean) {
  return auth ? "auth" : REASONS[cause].category;
}
