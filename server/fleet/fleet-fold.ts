import type { Ticket } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { FleetOptions } from "#lib/fleet/fleet-options.ts";
import type { FleetHead, StoredDog } from "#lib/fleet/fleet-snapshot.ts";
import { FleetState } from "#lib/fleet/fleet-state.ts";
import type { FleetListener } from "#lib/fleet/outage-note.ts";
import { HourHistory, type HourHistoryDump, KEPT_MS, SAMPLE_MS } from "./hour-history.ts";
import { Roster } from "./roster.ts";

/** What a fold is beside its dogs and tickets. Plain JSON. */
export interface FoldHead {
  readonly fleet: FleetHead;
  readonly hour: HourHistoryDump;
  readonly nextSampleAt: number;
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
  #nextSampleAt = 0;

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
      onFlap: (flap) => {
        this.history.addFlap(flap);
        listener.onFlap?.(flap);
      },
    });
  }

  /** The next boundary of 30 s; null before anything was folded. */
  get nextSampleAt(): number | null {
    return this.#nextSampleAt === 0 ? null : this.#nextSampleAt;
  }

  /** Folds one event at its instant, to which time was moved before. Returns the dogs it changed. */
  ingest(event: FleetEvent): readonly string[] {
    if (event.type === "journal.gap" && !this.state.hasFolded(event)) {
      this.history.addGap({ at: event.from, until: event.to, dropped: event.dropped });
    }
    return this.state.ingest(event);
  }

  /**
   * Moves time on by way of every boundary of 30 s, so that the hour's samples are the same however it is moved. Returns the
   * dogs that changed. A wave of more than `most` is left to the next call, and a boundary waits for it.
   */
  advance(to: number, most = Number.POSITIVE_INFINITY): readonly string[] {
    const changed: string[] = [];
    const move = (until: number) => {
      for (const sn of this.state.advance(until, most)) changed.push(sn);
    };
    const first = this.#nextSampleAt === 0 ? to : Math.max(this.#nextSampleAt, to - KEPT_MS);
    this.#nextSampleAt = Math.ceil(first / SAMPLE_MS) * SAMPLE_MS;
    for (; this.#nextSampleAt <= to; this.#nextSampleAt += SAMPLE_MS) {
      move(this.#nextSampleAt);
      if (this.state.isBehind) return changed;
      const { state } = this;
      this.history.addSample({ at: this.#nextSampleAt, counts: state.counts(), flapping: state.flapping() });
    }
    move(to);
    return changed;
  }

  /** Everything but dogs and tickets: `state` gives those. Holds until the next ingest or advance. */
  head(): FoldHead {
    return { fleet: this.state.head(), hour: this.history.dump(this.state.now), nextSampleAt: this.#nextSampleAt };
  }

  /** Begins to take over a snapshot, on a fold that is new; every shard follows in its order. */
  restoreHead({ fleet, hour, nextSampleAt }: FoldHead): void {
    this.state.restoreHead(fleet);
    this.history.restore(hour);
    this.#nextSampleAt = nextSampleAt;
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
