import type { FleetEvent, FleetEventBody } from "#lib/fleet/event.ts";
import type { JournalLocation } from "#server/journal/archive.ts";
import type { JournalOptions, OpenJournal } from "#server/journal/create-journal.ts";
import type { HotDatabase } from "#server/journal/database/hot-database.ts";
import { openHot } from "#server/journal/database/open-database.ts";
import type { StoredDerived } from "#server/journal/memory-store.ts";
import { readStoredDerived } from "./stored-derived.ts";

/** One place that outlives its journals: a store in memory, a folder on disk. */
export interface JournalPlace {
  open(options: Pick<JournalOptions, "clock"> & Partial<JournalOptions>): Promise<OpenJournal>;
  /** The tables as the writing thread holds them, for commits of a test's own. Not while a journal is open. */
  hot(): Promise<HotDatabase>;
  /** What was derived, as it is stored. */
  derived(): Promise<StoredDerived>;
  dispose(): Promise<void>;
}

/** The part of a place that is its database's. */
export function placeAt(location: JournalLocation): Pick<JournalPlace, "hot" | "derived"> {
  return { hot: () => openHot(location), derived: () => readStoredDerived(location) };
}

export const stable = (sn: string): FleetEventBody => ({ type: "dog.stable", sn, session: "s.1" });
export const started = { type: "gateway.started", gateway: "gw", previous: null } as const satisfies FleetEventBody;

export async function replayed(journal: OpenJournal): Promise<FleetEvent[]> {
  const events: FleetEvent[] = [];
  await journal.replay((batch) => events.push(...batch));
  return events;
}
