import "server-only";
import type { DogDetail, DogPage, RetireResult } from "#lib/contracts/dogs.ts";
import type { FeedPage, FleetStats, FleetSummary, StatsWindow } from "#lib/contracts/fleet.ts";
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

export interface FeedWanted {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

export interface ForceListWanted {
  readonly batch?: string | undefined;
  readonly client_id?: string | undefined;
}

/** What the console asks of a fleet. Two adapters: our gateway (full) and a service with only the seed's four endpoints (basic). */
export interface FleetSource {
  status(clientId: string): Promise<ReconnectionStatus>;
  active(query: DogQueryInput): Promise<DogPage>;
  activeCsv(query: DogQueryInput, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  cleanup(request: { dry_run?: boolean | undefined }, actor: string): Promise<CleanupResult>;
  force(request: ForceRequest, actor: string): Promise<ForceResult | ForceBatchResult>;
  forceList(wanted: ForceListWanted): Promise<ForceList>;
  forceTicket(ticket: string): Promise<ForceTicket>;
  stopBatch(batch: string, actor: string): Promise<ForceStopResult>;
  summary(): Promise<FleetSummary>;
  stats(window: StatsWindow): Promise<FleetStats>;
  feed(wanted: FeedWanted): Promise<FeedPage>;
  dogs(query: DogQueryInput): Promise<DogPage>;
  dog(sn: string): Promise<DogDetail>;
  dogEvents(sn: string, wanted: FeedWanted): Promise<FeedPage>;
  retire(sn: string, note: string | undefined, actor: string): Promise<RetireResult>;
  policy(): Promise<Policy>;
  setPolicy(policy: Policy, actor: string): Promise<Policy>;
  /** Server-sent frames of lib/contracts/fleet.ts `streamFrames`, until the signal aborts or the upstream ends. */
  stream(lastEventId: string | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}
