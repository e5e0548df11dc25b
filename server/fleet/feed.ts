import type { FeedPage } from "#lib/contracts/fleet.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import type { Journal, JournalRead } from "#server/journal/journal.ts";
import { iso } from "./dog-row.ts";
import { eventId, type FeedItem, recoveryOf, toFeedEvent } from "./feed-event.ts";

const MOST_HELD = 1_000;

export interface FeedQuery {
  readonly before?: string | undefined;
  readonly limit: number;
  readonly sn?: string;
  /** By instant (epoch ms), `to` exclusive. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** The last 1,000 events in memory; what is older, and one dog's own, from the journal. */
export interface Feed {
  push(item: FeedItem): void;
  /** Events before the first that is pushed are in the journal alone. */
  beginLate(): void;
  find(event: FleetEvent): FeedItem;
  page(query: FeedQuery, now: number): Promise<FeedPage>;
}

function parseBefore(text: string): NonNullable<JournalRead["before"]> {
  const match = /^(\d{1,15})\.([0-9A-Za-z-]{1,64})\.(\d{1,15})$/.exec(text);
  const [, at, epoch, seq] = match ?? [];
  if (at === undefined || epoch === undefined || seq === undefined) {
    const message = "expected the id of an event, as `next_before` gives it";
    throw new AppError("invalid_input", "bad query: before", { fields: [{ field: "before", message }] });
  }
  return { at: Number(at), epoch, seq: Number(seq) };
}

/** Where a page ends: the event it continues from, or the end of the window, whichever is earlier. */
function endOf(before: string | undefined, to: number | undefined): JournalRead["before"] {
  const key = before === undefined ? undefined : parseBefore(before);
  if (to === undefined || (key !== undefined && key.at < to)) return key;
  return { at: to, epoch: "", seq: 0 };
}

export function createFeed(journal: Journal, options: FleetOptions, dogOf: (sn: string) => Dog | undefined): Feed {
  let ring: FeedItem[] = [];
  let isWhole = true;

  const bare = (event: FleetEvent): FeedItem => ({
    event,
    recovery: null,
    dog: "sn" in event ? (dogOf(event.sn) ?? null) : null,
  });
  const find = (event: FleetEvent): FeedItem =>
    ring.findLast((item) => item.event.seq === event.seq && item.event.epoch === event.epoch) ?? bare(event);

  /** Newest first. Undefined when the ring does not reach that far back. */
  function fromRing({ before, limit }: FeedQuery): FeedItem[] | undefined {
    const held = ring.slice(-MOST_HELD);
    const end = before === undefined ? held.length : held.findIndex(({ event }) => eventId(event) === before);
    if (end < 0 || (end < limit && !(isWhole && held.length < MOST_HELD))) return undefined;
    return held.slice(Math.max(0, end - limit), end).reverse();
  }

  async function fromJournal({ before, limit, sn, from, to }: FeedQuery): Promise<FeedItem[]> {
    const end = endOf(before, to);
    const events = await journal.read({
      limit,
      ...(sn === undefined ? {} : { sn }),
      ...(from === undefined ? {} : { since: from }),
      ...(end === undefined ? {} : { before: end }),
    });
    if (sn === undefined) return events.map(find);
    let dog: Dog | undefined;
    const items: FeedItem[] = [];
    for (const event of [...events].reverse()) {
      const earlier = dog;
      dog = applyDog(dog, event, { gateway: dogOf(sn)?.gateway ?? null, options });
      items.push({ event, recovery: recoveryOf(event, earlier, dog), dog: dogOf(sn) ?? dog ?? null });
    }
    return items.reverse();
  }

  return {
    push(item) {
      ring.push(item);
      if (ring.length >= 2 * MOST_HELD) ring = ring.slice(-MOST_HELD);
    },
    beginLate() {
      isWhole = false;
    },
    find,
    async page(query, now) {
      if (query.before !== undefined) parseBefore(query.before);
      const isEverything = query.sn === undefined && query.from === undefined && query.to === undefined;
      const items = (isEverything ? fromRing(query) : undefined) ?? (await fromJournal(query));
      const last = items.at(-1);
      const more = items.length === query.limit && last !== undefined;
      return { items: items.map(toFeedEvent), next_before: more ? eventId(last.event) : null, as_of: iso(now) };
    },
  };
}
