import type { Ticket } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import type { FleetHead, StoredDog } from "#lib/fleet/fleet-snapshot.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import type { FleetListener } from "#lib/fleet/outage-note.ts";
import { HourHistory, type HourHistoryDump } from "./hour-history.ts";
import { Roster } from "./roster.ts";

/** What a fold is beside its dogs and tickets. Plain JSON. */
export interface FoldHead {
  readonly fleet: FleetHead;
  readonly hour: HourHistoryDump;
}

/** Dogs or tickets of a snapshot, in their order. Plain JSON. */
export interface FoldShard {
  readonly dogs: readonly StoredDog[];
  readonly tickets: readonly Ticket[];
}

/**
 * The fleet with its last hour, as the fold of its events: live at the journal's end, and at any instant of the past. Time and
 * events move it alone: the same ones give the same fold, a snapshot in between or not.
 */
export class FleetFold {
  readonly state: FleetState;
  readonly history = new HourHistory();

  constructor(options: Partial<FleetOptions> = {}, listener: FleetListener = {}) {
    this.state = new FleetState(options, {
      ...listener,
      onOutageBegun: (outage) => {
        this.history.addBegun(outage);
        listener.onOutageBegun?.(outage);
      },
      onOutageMoved: (outage) => {
        this.history.addMoved(outage);
        listener.onOutageMoved?.(outage);
      },
      onOutage: (outage) => {
        this.history.addEnded(outage);
        listener.onOutage?.(outage);
      },
    });
  }

  /** Folds one event at its instant, to which time was moved before. Returns the dogs it changed. */
  ingest(event: FleetEvent): readonly string[] {
    return this.state.ingest(event);
  }

  /** Moves time on. Returns the dogs that changed: at most so many, the rest of a wave with the next call. */
  advance(to: number, most = Number.POSITIVE_INFINITY): readonly string[] {
    return this.state.advance(to, most);
  }

  /** Everything but dogs and tickets: `state` gives those. Holds until the next ingest or advance. */
  head(): FoldHead {
    return { fleet: this.state.head(), hour: this.history.dump(this.state.now) };
  }

  /** Begins to take over a snapshot, on a fold that is new; every shard follows in its order. */
  restoreHead({ fleet, hour }: FoldHead): void {
    this.state.restoreHead(fleet);
    this.history.restore(hour);
  }

  restoreShard({ dogs, tickets }: FoldShard): void {
    this.state.restoreDogs(dogs);
    this.state.restoreTickets(tickets);
  }
}

/** A fold with its dogs as lists show them: what the summary and the pages are made of. */
export interface FoldedFleet {
  readonly state: FleetState;
  readonly history: HourHistory;
  readonly roster: Roster;
}

/** A roster of every dog as it is filed. */
export function rosterOf(state: FleetState): Roster {
  const roster = new Roster();
  for (const { sn } of state.dogs()) {
    const entry = state.entry(sn);
    if (entry) roster.file(entry);
  }
  return roster;
}
