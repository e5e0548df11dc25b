import { applyDog } from "#lib/fleet/apply-dog.ts";
import type { Dog } from "#lib/fleet/dog.ts";
import { type FleetEvent, isDogEvent } from "#lib/fleet/event.ts";
import { fromRow, type RowKey } from "#server/journal/journal-store.ts";
import type { Range } from "./fleet-history.ts";
import type { Slice } from "./slices.ts";
import { loginBefore, MOST_EARLIER, newestEvents, PAGE_ROWS, type TimelineSources } from "./timeline.ts";

interface Asked extends Range {
  readonly sn: string;
  /** What touched many dogs at once, oldest first: it ends sessions too. */
  readonly watchEvents: readonly FleetEvent[];
}

/** How often a dog flapped in a window (`to` exclusive), from its own events; null where some of them are not kept any more. */
export async function flapsOf(sources: TimelineSources, asked: Asked, slice: Slice): Promise<number | null> {
  const { archive, options } = sources;
  const { sn, from, to, watchEvents } = asked;
  if (!(await areKept(archive, asked))) return null;
  const ofFleet = watchEvents.filter(({ at }) => at < to);
  let next = 0;
  let dog: Dog | undefined;
  let flaps = 0;
  const fold = (event: FleetEvent) => {
    const before = dog?.flaps.at(-1);
    dog = applyDog(dog, event, { gateway: null, options });
    const flappedAt = dog?.flaps.at(-1);
    if (flappedAt !== undefined && flappedAt !== before && flappedAt >= from) flaps++;
  };
  const foldOwn = (event: FleetEvent) => {
    for (let other = ofFleet[next]; other !== undefined && other.at < event.at; other = ofFleet[next]) {
      fold(other);
      next++;
    }
    if (dog === undefined && isDogEvent(event) && event.type !== "dog.connected") fold(loginBefore(event));
    fold(event);
  };
  for (const event of await newestEvents(archive, { sn, to: from }, MOST_EARLIER, slice)) foldOwn(event);
  for (let after: RowKey | undefined; ; ) {
    const rows = await archive.events({ sn, from, to, limit: PAGE_ROWS, ...(after ? { after } : {}) });
    for (const row of rows) foldOwn(fromRow(row));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return flaps;
    after = { at: last.at, epoch: last.epoch, seq: last.seq };
    await slice();
  }
}

/** A dog's first event ever is a login, and before it no outage of it began. */
async function areKept(archive: TimelineSources["archive"], { sn, from }: Asked): Promise<boolean> {
  const [oldest] = await archive.events({ sn, limit: 1 });
  if (oldest === undefined) return false;
  if (oldest.at <= from) return true;
  if (fromRow(oldest).type !== "dog.connected") return false;
  return (await archive.outages({ sn, from, to: oldest.at, limit: 1 })).length === 0;
}
