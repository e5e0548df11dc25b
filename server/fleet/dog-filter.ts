import type { DogFilter, SortKey } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import type { DogView } from "#lib/fleet/view.ts";
import { labelOf, REASONS } from "#lib/reconnection/disconnect-reason.ts";
import type { SortValue } from "./cursor.ts";
import type { Entry } from "./roster.ts";

/** Reads worst first. */
const STATE_RANK: Record<DogState, number> = {
  gave_up: 0,
  refused: 1,
  probing: 2,
  reconnecting: 3,
  settling: 4,
  silent: 5,
  connected: 6,
  offline: 7,
  retired: 8,
};

function contains(entry: Entry, text: string): boolean {
  const { dog, reason } = entry;
  const seen = [dog.sn, dog.remoteAddress, dog.lastRaw, dog.outage?.raw];
  if (seen.some((value) => value?.toLowerCase().includes(text))) return true;
  return reason !== null && (reason.includes(text) || labelOf(reason, null).includes(text));
}

/** What the filter asks of a dog, apart from its state. Undefined when it asks nothing. */
export function predicateOf(filter: DogFilter): ((entry: Entry) => boolean) | undefined {
  const tests: ((entry: Entry) => boolean)[] = [];
  const { category, reason, network, gateway, site, app_id } = filter;
  if (category) tests.push((entry) => entry.reason !== null && category.includes(REASONS[entry.reason].category));
  if (reason) tests.push((entry) => entry.reason !== null && reason.includes(entry.reason));
  if (network !== undefined) tests.push(({ dog }) => dog.network === network);
  if (gateway !== undefined) tests.push(({ dog }) => dog.gateway === gateway);
  if (site !== undefined) tests.push(({ dog }) => dog.labels.site === site);
  if (app_id !== undefined) tests.push(({ dog }) => dog.appId === app_id);
  const text = filter.q?.trim().toLowerCase();
  if (text) tests.push((entry) => contains(entry, text));
  return tests.length === 0 ? undefined : (entry) => tests.every((test) => test(entry));
}

/** What a list is sorted by; null sorts last in either order. */
export function sortValue(sort: SortKey, entry: Entry, view: () => DogView): SortValue {
  const { dog } = entry;
  switch (sort) {
    case "since":
      return entry.since;
    case "sn":
      return entry.sn;
    case "state":
      return STATE_RANK[entry.state];
    case "reason":
      return entry.reason;
    case "attempts":
      return view().attempts;
    case "next_retry":
      return view().nextRetryAt;
    case "gives_up_at":
      return entry.givesUpAt;
    case "network":
      return dog.network;
    case "gateway":
      return dog.gateway;
    case "last_event":
      return dog.lastEventAt;
    case "last_seen":
      return dog.lastSeenAt;
    case "flaps":
      return dog.flaps.length === 0 ? 0 : view().flapCount;
  }
}
