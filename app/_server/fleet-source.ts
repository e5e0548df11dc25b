import "server-only";
import type { DogDetail, DogPage, DogTimeline, RetireResult } from "#lib/contracts/dogs.ts";
import type {
  FeedPage,
  FleetStats,
  FleetSummary,
  HistoryHorizon,
  LeastStable,
  StatsGrouping,
  StatsWindow,
} from "#lib/contracts/fleet.ts";
import type { Policy } from "#lib/contracts/policy.ts";
import type {
  CleanupResult,
  DogQueryInput,
  ForceBatchResult,
  ForceList,
  ForceRequest,
  ForceResult,
  ForceStopResult,
  ReconnectionStatus,
} from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";

/** An instant as a caller writes it: epoch ms, or ISO 8601 with a zone. */
export type InstantWanted = number | string | undefined;

export interface RangeWanted {
  readonly from?: InstantWanted;
  readonly to?: InstantWanted;
}

export interface FeedWanted extends RangeWanted {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** A list as it is, or as it was `at` an instant. */
export type ListWanted = DogQueryInput & { readonly at?: InstantWanted };

export interface StatsWanted extends RangeWanted {
  readonly window?: StatsWindow | undefined;
  readonly by?: StatsGrouping | undefined;
  readonly tz?: string | undefined;
}

export interface LeastStableWanted extends RangeWanted {
  readonly window?: StatsWindow | undefined;
  readonly limit?: number | undefined;
}

export interface ExportWanted extends RangeWanted {
  readonly sn?: string | undefined;
  readonly reason?: string | undefined;
}

/** What is exported as a file: of the fleet, or the log of one dog. */
export type ExportOf = "outages" | "events" | { readonly eventsOf: string };
export type ExportFormat = "csv" | "json";

export interface ForceListWanted {
  readonly batch?: string | undefined;
  readonly client_id?: string | undefined;
}

/** What the console asks of a fleet. Two adapters: our gateway (full) and a service with only the seed's four endpoints (basic). */
export interface FleetSource {
  status(clientId: string): Promise<ReconnectionStatus>;
  active(query: ListWanted): Promise<DogPage>;
  activeCsv(query: ListWanted, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  cleanup(request: { dry_run?: boolean | undefined }, actor: string): Promise<CleanupResult>;
  force(request: ForceRequest, actor: string): Promise<ForceResult | ForceBatchResult>;
  forceList(wanted: ForceListWanted): Promise<ForceList>;
  forceTicket(ticket: string): Promise<ForceTicket>;
  stopBatch(batch: string, actor: string): Promise<ForceStopResult>;
  summary(at?: InstantWanted): Promise<FleetSummary>;
  stats(wanted: StatsWanted): Promise<FleetStats>;
  leastStable(wanted: LeastStableWanted): Promise<LeastStable>;
  horizon(): Promise<HistoryHorizon>;
  /** The file's bytes as they come; never buffered. */
  exportFile(
    what: ExportOf,
    format: ExportFormat,
    wanted: ExportWanted,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>;
  feed(wanted: FeedWanted): Promise<FeedPage>;
  dogs(query: ListWanted): Promise<DogPage>;
  dog(sn: string): Promise<DogDetail>;
  timeline(sn: string, wanted: RangeWanted): Promise<DogTimeline>;
  dogEvents(sn: string, wanted: FeedWanted): Promise<FeedPage>;
  retire(sn: string, note: string | undefined, actor: string): Promise<RetireResult>;
  policy(): Promise<Policy>;
  setPolicy(policy: Policy, actor: string): Promise<Policy>;
  /** Server-sent frames of lib/contracts/fleet.ts `streamFrames`, until the signal aborts or the upstream ends. */
  stream(lastEventId: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}
