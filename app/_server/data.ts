import "server-only";
import { headers } from "next/headers";
import type { DogDetail, DogPage } from "#lib/contracts/dogs.ts";
import type { FeedPage, FleetStats, FleetSummary, LeastStable } from "#lib/contracts/fleet.ts";
import type { UpstreamMode } from "./capability.ts";
import type {
  FeedWanted,
  FleetSource,
  InstantWanted,
  LeastStableWanted,
  ListWanted,
  StatsWanted,
} from "./fleet-source.ts";
import { getRuntime } from "./runtime.ts";
import { requireRole, type Session } from "./session.ts";

/** For server pages: each asks the upstream itself, never our own /api. Errors are AppErrors with a stable code. */
async function source(): Promise<FleetSource> {
  await getSession();
  return getRuntime().source();
}

/** Who is looking. Throws `unauthorized`. */
export const getSession = async (): Promise<Session> => requireRole(await headers(), "viewer");

export const getSummary = async (): Promise<FleetSummary> => (await source()).summary();
/** The fleet as it was at an instant. */
export const getSummaryAt = async (at: InstantWanted): Promise<FleetSummary> => (await source()).summary(at);
export const getStats = async (wanted: StatsWanted): Promise<FleetStats> => (await source()).stats(wanted);
export const getLeastStable = async (wanted: LeastStableWanted): Promise<LeastStable> =>
  (await source()).leastStable(wanted);
export const listActive = async (query: ListWanted): Promise<DogPage> => (await source()).active(query);
export const listDogs = async (query: ListWanted): Promise<DogPage> => (await source()).dogs(query);
export const getDog = async (sn: string): Promise<DogDetail> => (await source()).dog(sn);
export const getDogEvents = async (sn: string, wanted: FeedWanted = {}): Promise<FeedPage> =>
  (await source()).dogEvents(sn, wanted);
export const getFeed = async (wanted: FeedWanted = {}): Promise<FeedPage> => (await source()).feed(wanted);

/** What the live feed starts from: our own clock until the first tick brings the gateway's, and how the gateway is. */
export async function getLiveStart(): Promise<{ readonly now: number; readonly mode: UpstreamMode | "down" }> {
  const runtime = getRuntime();
  const mode = await source().then(
    () => runtime.capability.current(),
    () => "down" as const,
  );
  return { now: runtime.clock.now(), mode };
}
