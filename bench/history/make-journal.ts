import { EVENT_VERSION, type FleetEvent } from "#lib/fleet/event.ts";
import { Historian } from "#lib/history/historian.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { FleetFold } from "#server/fleet/fleet-fold.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import { toRow } from "#server/journal/journal-store.ts";
import { longStory } from "./long-story.ts";

/** Events of one commit: larger ones than a gateway makes, so that years are written in minutes. */
const COMMIT = 5_000;
const EPOCH = "018bcfe5-6800-7000-8000-000000000001";
const DAY_MS = 86_400_000;

export interface JournalPlan {
  readonly file: string;
  readonly events: number;
  readonly dogs: number;
  readonly days: number;
  /** Instant of the last event, about. */
  readonly to: number;
}

/** Writes a journal as a gateway would have in all that time: events, and what its fold derived, in their transactions. */
export async function makeJournal(
  plan: JournalPlan,
  say: (text: string) => void,
): Promise<{ readonly events: number }> {
  const { file, dogs, days, to } = plan;
  const hot = await openHot({ kind: "sqlite", file });
  const historian = new Historian();
  const fold = new FleetFold({}, historian.listener);
  const from = to - days * DAY_MS;
  const eventsPerDay = plan.events / days / dogs;
  const story = longStory({ dogs, from, to, eventsPerDay, epoch: EPOCH, random: seededRandom(1) });
  let batch: FleetEvent[] = [];
  let number = 0;
  let seq = 0;
  let lastAt = 0;
  const commit = async (clean: boolean) => {
    const aliveAt = Math.max(lastAt, fold.state.now);
    const derived = historian.take(fold.state.now);
    await hot.commit({
      epoch: EPOCH,
      gateway: "gw-1",
      rows: batch.map(toRow),
      aliveAt,
      clean,
      number: ++number,
      derived,
    });
    batch = [];
  };
  for (const { at, body } of story) {
    lastAt = Math.max(at, lastAt + 1);
    const event: FleetEvent = { v: EVENT_VERSION, epoch: EPOCH, seq: ++seq, at: lastAt, ...body };
    fold.advance(lastAt);
    fold.ingest(event);
    batch.push(event);
    if (batch.length >= COMMIT) await commit(false);
    if (seq % 500_000 === 0) say(`  ${seq / 1e6} million events written`);
  }
  await commit(true);
  await hot.close();
  return { events: seq };
}
