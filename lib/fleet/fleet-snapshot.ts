import type { Dog } from "./dog.ts";
import type { DropsDump } from "./drops.ts";
import type { PolicyChanged } from "./event.ts";
import type { OutageBegun } from "./outage-note.ts";
import type { TicketsDump } from "./tickets.ts";
import type { WatchDump } from "./watch.ts";

/**
 * Version of what a snapshot holds: raise it with every change of the fold's parts below, of `Dog`, or of what folding an event
 * gives (H39 fails until then). A snapshot of another version is not read: the fleet is folded anew from the events that are
 * kept, from the horizon on (H59). What a login deleted by retention said is lost then: to keep it, read the older version too.
 */
export const FOLD_VERSION = 2;

/** One dog as a snapshot holds it: with what of its outage was told already. */
export interface StoredDog {
  readonly dog: Dog;
  readonly begun: OutageBegun | null;
  readonly gaveUpId: string | null;
}

/** The fold's part that is neither a dog nor a ticket. Plain JSON, like all of a snapshot. */
export interface FleetHead {
  /** Instant of the last ingest or advance. */
  readonly now: number;
  /** Last seq folded of each epoch. */
  readonly folded: readonly (readonly [epoch: string, seq: number])[];
  readonly policy: Pick<PolicyChanged, "pushed" | "assumed"> | null;
  readonly tickets: TicketsDump;
  readonly watch: WatchDump;
  readonly drops: DropsDump;
}
