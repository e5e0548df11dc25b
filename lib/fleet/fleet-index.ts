import { REASONS } from "#lib/reconnection/disconnect-reason.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { type Dog, type DogState, NO_DOGS, type StateCounts } from "./dog.ts";
import { Drops } from "./drops.ts";
import type { HeapItem } from "./heap.ts";
import type { OutageBegun } from "./outage-note.ts";
import type { Traits } from "./traits.ts";
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
  begun: OutageBegun | null;
  gaveUpId: string | null;
}

export interface Filing {
  readonly state: DogState;
  readonly traits: Traits;
  /** Why it is out; null for every dog that is not. */
  readonly reason: ReasonCode | null;
  readonly site: string | null;
  readonly gateway: string | null;
  readonly flaps: number;
  readonly flapping: boolean;
  /** Epoch of the session it holds. */
  readonly epoch: string | null;
  /** Position in the backoff; 0 for dogs that are not out. */
  readonly attempts: number;
  /** The window it waits through. */
  readonly delayMs: number | null;
  /** When its next dial goes out. Kept, not counted. */
  readonly nextRetryAt: number | null;
  /** Earliest give-up; null for never and for dogs that are not out. Kept, not counted. */
  readonly givesUpAt: number | null;
  /** The outage it is out in, as told. */
  readonly down: OutageBegun | null;
}

/** Stands for a dog that is not counted: one not filed yet, one retired. */
const UNCOUNTED: Filing = {
  state: "retired",
  traits: { network: null, gateway: null, app: "", firmware: null, site: null },
  reason: null,
  site: null,
  gateway: null,
  flaps: 0,
  flapping: false,
  epoch: null,
  attempts: 0,
  delayMs: null,
  nextRetryAt: null,
  givesUpAt: null,
  down: null,
};

/** Counts of the fleet, kept as dogs move: asking costs the answer, not the fleet, and moving costs what moved. */
export class FleetIndex {
  readonly #states: Record<DogState, number> = { ...NO_DOGS, retired: 0 };
  readonly #byReason = new Map<ReasonCode, number>();
  readonly #sites = new Map<string, { known: number; out: number }>();
  readonly #gateways = new Map<string, { known: number; out: number }>();
  readonly #attempts = new Map<number, number>();
  readonly #delays = new Map<number, number>();
  readonly #byEpoch = new Map<string, number>();
  readonly drops = new Drops();
  flapping = 0;
  flaps = 0;

  file(entry: Entry, next: Filing): void {
    const { filed } = entry;
    entry.filed = next;
    if (filed !== null) this.#states[filed.state]--;
    this.#states[next.state]++;
    const from = filed ?? UNCOUNTED;
    moveKey(this.#byEpoch, from.epoch, next.epoch);
    this.#move(from.state === "retired" ? UNCOUNTED : from, next.state === "retired" ? UNCOUNTED : next);
  }

  state(state: DogState): number {
    return this.#states[state];
  }

  counts(): StateCounts {
    const { retired: _, ...counts } = this.#states;
    return counts;
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
  sessions(epoch: string): number {
    return this.#byEpoch.get(epoch) ?? 0;
  }

  #move(from: Filing, to: Filing): void {
    this.flaps += to.flaps - from.flaps;
    this.flapping += Number(to.flapping) - Number(from.flapping);
    const wasOut = isOut(from.state);
    const out = isOut(to.state);
    if (from.site !== to.site || wasOut !== out) {
      countGroup(this.#sites, from.site, wasOut, -1);
      countGroup(this.#sites, to.site, out, 1);
    }
    if (from.gateway !== to.gateway || wasOut !== out) {
      countGroup(this.#gateways, from.gateway, wasOut, -1);
      countGroup(this.#gateways, to.gateway, out, 1);
    }
    moveKey(this.#attempts, retrying(from), retrying(to));
    moveKey(this.#delays, from.delayMs, to.delayMs);
    moveKey(this.#byReason, from.reason, to.reason);
    if (from.down === to.down) return;
    if (from.down !== null) this.drops.out(from.down, -1);
    if (to.down !== null) this.drops.out(to.down, 1);
  }
}

/** The attempt now running, while it still retries. */
function retrying({ state, attempts }: Filing): number | null {
  return state === "reconnecting" || state === "refused" ? attempts : null;
}

function moveKey<K>(counts: Map<K, number>, from: K | null, to: K | null): void {
  if (from === to) return;
  if (to !== null) counts.set(to, (counts.get(to) ?? 0) + 1);
  if (from === null) return;
  const left = (counts.get(from) ?? 0) - 1;
  if (left === 0) counts.delete(from);
  else counts.set(from, left);
}

function countGroup(
  groups: Map<string, { known: number; out: number }>,
  name: string | null,
  out: boolean,
  by: 1 | -1,
): void {
  if (name === null) return;
  const group = groups.get(name) ?? { known: 0, out: 0 };
  group.known += by;
  if (out) group.out += by;
  if (group.known === 0) groups.delete(name);
  else groups.set(name, group);
}

/** Category of an outage for statistics: what ran in the auth lane stays out of the network's rates. */
export function outageCategory(cause: ReasonCode, auth: boolean) {
  return auth ? "auth" : REASONS[cause].category;
}
