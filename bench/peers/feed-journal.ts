import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { FleetEventBody } from "#lib/fleet/event.ts";
import type { Journal } from "#server/journal/journal.ts";

/** Events appended in one turn of the loop. */
const SLICE = 100;
/** Below the 10,000 at which the journal begins to drop. */
const MOST_QUEUED = 8_000;
const POLL_MS = 1;

/** Appends all of `events`, as many as the journal takes without dropping any; resolves once all are stored. */
export async function feedJournal(
  journal: Journal,
  events: Iterable<FleetEventBody>,
  onEvent = () => {},
): Promise<void> {
  let inSlice = 0;
  for (const event of events) {
    journal.append(event);
    onEvent();
    if (++inSlice % SLICE !== 0) continue;
    await nextTurn();
    while (journal.health().queued > MOST_QUEUED) await sleep(POLL_MS);
  }
  while (journal.health().queued > 0) await sleep(POLL_MS);
  const { dropped } = journal.health();
  if (dropped > 0) throw new Error(`${dropped} events were dropped`);
}
