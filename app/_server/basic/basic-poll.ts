import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { Upstream } from "../upstream.ts";
import { parseActive } from "./parse-active.ts";
import type { BasicRecord } from "./parse-record.ts";

const POLL_MS = 2_000;
const ACTIVE = "/api/reconnection/active";

/** One answer of `active`. */
export interface Snapshot {
  readonly at: number;
  readonly records: ReadonlyMap<string, BasicRecord>;
  /** When each dog was first seen out, in this run of ours. */
  readonly firstSeenAt: ReadonlyMap<string, number>;
}

export interface PollListener {
  next(snapshot: Snapshot): void;
  failed(error: unknown): void;
}

export type BasicPoll = ReturnType<typeof createBasicPoll>;

/** Asks `active` at most once per 2 s, whoever wants it: pages by `snapshot`, streams by `subscribe`. */
export function createBasicPoll({ upstream, clock }: { upstream: Upstream; clock: Clock }) {
  const listeners = new Set<PollListener>();
  let latest: { readonly snapshot: Snapshot; readonly takenAt: number } | undefined;
  let asking: Promise<Snapshot> | undefined;
  let asksByPost = false;
  let cancelNext: (() => void) | undefined;
  let isPolling = false;

  async function ask(): Promise<Snapshot> {
    const answer = await askEitherWay();
    const at = clock.now();
    const records = new Map(parseActive(answer, at).map((record) => [record.sn, record]));
    const before = latest?.snapshot.firstSeenAt;
    const firstSeenAt = new Map([...records.keys()].map((sn) => [sn, before?.get(sn) ?? at]));
    const snapshot = { at, records, firstSeenAt };
    latest = { snapshot, takenAt: clock.monotonic() };
    return snapshot;
  }

  /** The seed does not say whether `active` is asked by GET or POST; what worked last is tried first. */
  async function askEitherWay(): Promise<unknown> {
    try {
      return await askActive(asksByPost);
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "upstream_unavailable" || error.code === "upstream_timeout")
        throw error;
      const answer = await askActive(!asksByPost);
      asksByPost = !asksByPost;
      return answer;
    }
  }

  const askActive = (byPost: boolean) =>
    byPost ? upstream.json(ACTIVE, { method: "POST", body: {} }) : upstream.json(ACTIVE);

  function snapshot(): Promise<Snapshot> {
    if (latest !== undefined && clock.monotonic() - latest.takenAt < POLL_MS) return Promise.resolve(latest.snapshot);
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function tick(): Promise<void> {
    cancelNext = undefined;
    try {
      const taken = await snapshot();
      for (const listener of [...listeners]) listener.next(taken);
    } catch (error) {
      for (const listener of [...listeners]) listener.failed(error);
    }
    isPolling = listeners.size > 0;
    cancelNext = isPolling ? clock.schedule(POLL_MS, () => void tick()) : undefined;
  }

  return {
    snapshot,
    /** Polls while anyone listens; the first answer comes at once. */
    subscribe(listener: PollListener): () => void {
      listeners.add(listener);
      if (isPolling) void snapshot().then(listener.next, listener.failed);
      else {
        isPolling = true;
        void tick();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0 || cancelNext === undefined) return;
        cancelNext();
        cancelNext = undefined;
        isPolling = false;
      };
    },
    /** Forgets the last answer, so that what an operator just did is seen at once. */
    refresh(): void {
      if (latest !== undefined) latest = { ...latest, takenAt: Number.NEGATIVE_INFINITY };
    },
  };
}
