import type { FeedEvent, FleetSummary, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQuery } from "#lib/contracts/reconnection.ts";
import type { Scope } from "#server/fleet/fleet-reader.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import { type BootSnapshot, bootSnapshot } from "./boot-snapshot.ts";
import { eventPage, outagePage } from "./exports.ts";
import { factsOf } from "./facts.ts";
import type {
  DogPast,
  EventQuery,
  HistoryFacts,
  LeastStableDog,
  OutageQuery,
  PastStats,
  Range,
  StatsRead,
} from "./fleet-history.ts";
import { createGroupSums, type GroupSums } from "./group-sums.ts";
import { leastStableOf } from "./least-stable.ts";
import type { Past } from "./past.ts";
import { statisticsOf } from "./statistics.ts";
import { timelineOf } from "./timeline.ts";

/** Place of an outage in the order they are read in. */
export interface OutageKey {
  readonly startedAt: number;
  readonly sn: string;
}

/** Some of a long answer, oldest first; `next` says where to go on, null at the end. */
export interface Page<T, Key> {
  readonly items: readonly T[];
  readonly next: Key | null;
}

/**
 * All the past is asked, by name: a handler takes the past and plain arguments, and gives a plain answer. Both cross a thread's
 * border by structured clone; an AppError crosses it as one.
 */
export const QUESTIONS = {
  summaryAt: ({ moments }: Past, at: number): Promise<FleetSummary> => moments.summaryAt(at),
  pageAt: ({ moments }: Past, at: number, query: DogQuery, scope: Scope): Promise<DogPage> =>
    moments.pageAt(at, query, scope),
  earliest: ({ moments }: Past): Promise<number | null> => moments.earliest(),
  facts: (past: Past): Promise<HistoryFacts> => factsOf(past),
  bootSnapshot: (past: Past, toldThrough: number): Promise<BootSnapshot | null> => bootSnapshot(past, toldThrough),
  stats: (past: Past, query: StatsRead): Promise<PastStats> => statisticsOf(past.archive, query, groupSumsOf(past)),
  leastStable: (past: Past, query: Range & { readonly limit: number }): Promise<readonly LeastStableDog[]> =>
    leastStableOf(past, query),
  timeline: (past: Past, sn: string, range: Range): Promise<DogPast | undefined> => timelineOf(past, sn, range),
  outagePage: (
    { archive }: Past,
    query: OutageQuery,
    after: OutageKey | null,
  ): Promise<Page<OutageRecord, OutageKey>> => outagePage(archive, query, after),
  eventPage: ({ archive }: Past, query: EventQuery, after: RowKey | null): Promise<Page<FeedEvent, RowKey>> =>
    eventPage(archive, query, after),
  shard: ({ archive }: Past, snapshot: string, shard: number): Promise<Uint8Array> => archive.shard(snapshot, shard),
};

const groupSums = new WeakMap<Past, GroupSums>();

/** What one past has added up already. */
function groupSumsOf(past: Past): GroupSums {
  const sums = groupSums.get(past) ?? createGroupSums(past.clock);
  groupSums.set(past, sums);
  return sums;
}

type Table = typeof QUESTIONS;
export type Question = keyof Table;
export type Arguments<Q extends Question> = Table[Q] extends (past: Past, ...args: infer A) => unknown ? A : never;
export type Answer<Q extends Question> = Awaited<ReturnType<Table[Q]>>;

/** Puts a question to the past; rejects with what the handler threw. */
export type Ask = <Q extends Question>(question: Q, ...args: Arguments<Q>) => Promise<Answer<Q>>;

/** Answers in this thread: what the worker does behind its port, and tests without one. */
export function answering(past: Past): Ask {
  return async <Q extends Question>(question: Q, ...args: Arguments<Q>): Promise<Answer<Q>> => {
    // The table's own types: TypeScript does not see that one question's handler takes its arguments.
    const handler = QUESTIONS[question] as (past: Past, ...args: unknown[]) => Promise<Answer<Q>>;
    return handler(past, ...args);
  };
}
