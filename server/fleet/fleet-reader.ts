import type { DogDetail } from "#lib/contracts/dogs.ts";
import type { FeedEvent, FeedPage, FleetSummary } from "#lib/contracts/fleet.ts";
import type { Policy } from "#lib/contracts/policy.ts";
import type {
  DogExport,
  DogFilter,
  DogPage,
  DogQuery,
  DogRow,
  ReconnectionStatus,
} from "#lib/contracts/reconnection.ts";
import type { Dog, Ticket } from "#lib/fleet/dog.ts";
import type { FleetEvent } from "#lib/fleet/event.ts";
import type { BatchView } from "#lib/fleet/tickets.ts";
import type { FeedQuery } from "./feed.ts";
import type { LiveStats } from "./fleet-stats.ts";

/** `active`: dogs in an outage. `all`: every dog that is not retired, unless the filter asks for retired ones. */
export type Scope = "active" | "all";

/** What changed since the listener was last called: at most once per turn of the event loop. */
export interface FleetChange {
  readonly touched: ReadonlySet<string>;
  /** The last of them, oldest first; `eventCount` counts all. */
  readonly events: readonly FleetEvent[];
  readonly eventCount: number;
}

/** What a gateway knows about live sockets that no event carries. */
export interface LiveSockets {
  /** Round trips of this session's pings, oldest first. */
  rttOf(sn: string): readonly { readonly at: number; readonly ms: number }[];
  /** Live sockets with this sn. */
  liveSockets(sn: string): number;
}

/** The fleet as the API and the force module see it: a fold of the journal's tail, asked as of now. */
export interface FleetReader {
  now(): number;
  /** The dog as folded, retired ones included. */
  get(sn: string): Dog | undefined;
  /** Retired dogs included: a list that shows one must hear that it is gone. Undefined for a dog never seen. */
  row(sn: string): DogRow | undefined;
  /** Undefined for a dog never seen or retired. */
  status(sn: string): ReconnectionStatus | undefined;
  page(query: DogQuery, scope: Scope): DogPage;
  /** Every row that matches, in the order asked for, fixed at the moment of the call. */
  rows(query: DogExport, scope: Scope): Iterable<DogRow>;
  /** Sns that match and are not retired, in the order of `since`; a filter without states means dogs in an outage. */
  matching(filter: DogFilter): readonly string[];
  summary(): FleetSummary;
  /** What a window's statistics tell of now; epoch ms, `to` exclusive. */
  liveStats(from: number, to: number): LiveStats;
  /** Undefined for a dog never seen or retired. */
  detail(sn: string): Promise<DogDetail | undefined>;
  feed(query: FeedQuery): Promise<FeedPage>;
  feedEvent(event: FleetEvent): FeedEvent;
  policy(): Policy;
  /** What was cached must not answer the refetch a told change causes. */
  forgetPages(): void;
  /** Sns of records a cleanup through `through` would make offline. */
  expired(through: number): number;
  ticket(id: string): Ticket | undefined;
  openTickets(): readonly Ticket[];
  batch(id: string): BatchView | undefined;
  /** Called after the fold with every event, in order. Returns the unsubscribe. */
  onEvent(listener: (event: FleetEvent) => void): () => void;
  /** Called once per turn with what events and time changed. Returns the unsubscribe. */
  onChange(listener: (change: FleetChange) => void): () => void;
}
