import type { FeedEvent, FleetSummary, OutageRecord } from "#lib/contracts/fleet.ts";
import type { DogPage, DogQuery } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { Scope } from "#server/fleet/fleet-reader.ts";
import type { RowKey } from "#server/journal/journal-store.ts";
import { type BootSnapshot, bootSnapshot } from "./boot-snapshot.ts";
import type { DogPast, EventQuery, LeastStableDog, OutageQuery, PastStats, Range, StatsRead } from "./fleet-history.ts";
import type { Past } from "./past.ts";

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
  bootSnapshot: ({ archive }: Past, toldThrough: number | null): Promise<BootSnapshot | null> =>
    bootSnapshot(archive, toldThrough),
  // Answered by statistics.ts, timeline.ts and exports.ts: each takes the past (its archive, its moments) and the arguments.
  stats: (_past: Past, _query: StatsRead): Promise<PastStats> => unanswered(),
  leastStable: (_past: Past, _query: Range & { readonly limit: number }): Promise<readonly LeastStableDog[]> =>
    unanswered(),
  timeline: (_past: Past, _sn: string, _range: Range): Promise<DogPast | undefined> => unanswered(),
  outagePage: (_past: Past, _query: OutageQuery, _after: OutageKey | null): Promise<Page<OutageRecord, OutageKey>> =>
    unanswered(),
  eventPage: (_past: Past, _query: EventQuery, _after: RowKey | null): Promise<Page<FeedEvent, RowKey>> => unanswered(),
  shard: ({ archive }: Past, snapshot: string, shard: number): Promise<Uint8Array> => archive.shard(snapshot, shard),
};

function unanswered(): never {
  throw new AppError("history_unavailable", "this is not answered yet");
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
