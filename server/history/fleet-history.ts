import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FeedEvent, FleetStats, FleetSummary, LeastStable, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQuery } from "#lib/contracts/reconnection.ts";
import type { Grouping } from "#lib/history/rollup.ts";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { Scope } from "#server/fleet/fleet-reader.ts";

/** A window in epoch ms, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface StatsRead extends Range {
  readonly by: Grouping | null;
  readonly timeZone: string;
}

/** The part of the statistics that is past; what is now comes from the live fold. */
export type PastStats = Omit<FleetStats, "as_of" | "reasons_now" | "attempts" | "delays" | "marks"> & {
  readonly attempts: Omit<FleetStats["attempts"], "running">;
  readonly delays: Omit<FleetStats["delays"], "waiting">;
};

/** One of the least stable dogs; what it is now comes from the live fold. */
export type LeastStableDog = Omit<LeastStable["items"][number], "state" | "site">;
/** Spans, marks and stability of one dog in a window, and the outages begun in it: the newest, and how many there were. */
export type DogPast = Pick<DogDetail, "timeline" | "stability"> & {
  readonly outages: readonly OutageRecord[];
  readonly outages_total: number;
};
export type OutageQuery = Partial<Range> & { readonly sn?: string; readonly reason?: ReasonCode };
export type EventQuery = Partial<Range> & { readonly sn?: string };

/** How the past keeps up, for the metrics. Epoch ms; null where nothing is stored. */
export interface HistoryFacts {
  readonly snapshotAt: number | null;
  /** Events since then, counted up to a bound. */
  readonly lag: number;
  readonly earliest: number | null;
  readonly oldestAt: number | null;
  readonly bytes: number;
}

/** What the API asks of the past. Answered by a thread of its own: no question holds the loop that holds the sockets. */
export interface FleetHistory {
  stats(query: StatsRead): Promise<PastStats>;
  leastStable(query: Range & { readonly limit: number }): Promise<readonly LeastStableDog[]>;
  /** In pages, oldest first; ending the loop early ends the reading. */
  outages(query: OutageQuery): AsyncIterable<readonly OutageRecord[]>;
  events(query: EventQuery): AsyncIterable<readonly FeedEvent[]>;
  /** Undefined for a dog not known then. */
  timeline(sn: string, range: Range): Promise<DogPast | undefined>;
  /** The fleet as it was. Rejects with `before_horizon` (410, `earliest`) where nothing reaches back so far. */
  summaryAt(at: number): Promise<FleetSummary>;
  pageAt(at: number, query: DogQuery, scope: Scope): Promise<DogPage>;
  /** Earliest instant time travel reaches; null where nothing is stored. */
  earliest(): Promise<number | null>;
  facts(): Promise<HistoryFacts>;
  close(): Promise<void>;
}
