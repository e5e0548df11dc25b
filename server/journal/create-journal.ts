import { v7 as uuidv7 } from "uuid";
import type { Clock } from "#lib/clock/clock.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { FleetEvent, FleetEventBody } from "#lib/fleet/event.ts";
import type { Derived } from "#lib/history/derived.ts";
import { CommitQueue, JOURNAL_LIMITS, type JournalLimits } from "./commit-queue.ts";
import { Deriving } from "./deriving.ts";
import type { Journal, JournalRead } from "./journal.ts";
import {
  answers,
  compareKeys,
  fromRow,
  type JournalStore,
  type PreviousRun,
  type RowKey,
  type StoredPast,
  toRow,
} from "./journal-store.ts";
import { createStamp } from "./stamp.ts";

/** A wall clock this far behind the end of the last run is worth a word. */
const WORTH_A_WORD_MS = 60_000;
const PAGE = 2_000;
const LONGEST_READ = 5_000;

/** The three levels a journal speaks on; pino fits. */
export interface JournalLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface JournalOptions {
  readonly clock: Clock;
  /** Name of this gateway, kept with its alive row. */
  readonly gateway: string;
  readonly log: JournalLog;
  /** One observed state per live dog, asked for after events were dropped. */
  readonly observe?: () => readonly FleetEventBody[];
  /**
   * What the fold derived since it was last asked; null where nothing is to be stored. Asked for each commit; what it answers
   * is stored once, in the transaction of the last event told before it was asked.
   */
  readonly derive?: () => Derived | null;
  readonly onCommit?: (commit: { readonly rows: number; readonly ms: number }) => void;
  readonly limits?: Partial<JournalLimits>;
  readonly epoch?: string;
}

/** A journal with what it found at its opening: the body of `gateway.started` needs it. */
export interface OpenJournal extends Journal {
  readonly previous: PreviousRun | null;
  /** The end of all that was stored before (epoch ms): every event of this run is later. */
  readonly floorAt: number;
  /** Through which instant the runs before told what they derived (epoch ms); null where none did. */
  readonly toldThrough: number | null;
  readonly creditedThrough: number | null;
}

interface Gap {
  readonly from: number;
  to: number;
  dropped: number;
}

/** The journal's behaviour over any store: stamping, the tail, group commit, overload. */
export function createJournal(store: JournalStore, past: StoredPast, options: JournalOptions): OpenJournal {
  const { clock, log } = options;
  const epoch = options.epoch ?? uuidv7({ msecs: clock.now() });
  const floorAt = floorOf(past, clock.now(), log);
  const { stamp, passed } = createStamp({ clock, epoch, floorAt });
  const tail = createTail(log);
  let gap: Gap | undefined;
  let dropped = 0;
  let closed: Promise<void> | undefined;

  const limits = { ...JOURNAL_LIMITS, ...options.limits };
  const onTrouble = (error: unknown) =>
    log.error({ err: error }, "journal: what follows from the events was not derived");
  const queue = new CommitQueue({
    store,
    clock,
    epoch,
    gateway: options.gateway,
    limits,
    deriving: options.derive && new Deriving({ derive: options.derive, onTold: passed, onTrouble }),
    onDrained: closeGap,
    onCommit: options.onCommit ?? (() => {}),
    onTrouble: (error) => log.error({ err: error }, "journal: commit failed; events wait"),
    onRecovered: () => log.info({}, "journal: commits succeed again"),
  });

  function append(body: FleetEventBody): FleetEvent {
    const event = stamp(body);
    // Once one event is lost the rest of the burst is too: a hole has one place and one size.
    if (gap || !queue.push(event)) drop(event);
    tail.tell(event);
    return event;
  }

  function drop(event: FleetEvent): void {
    dropped += 1;
    if (gap) {
      gap.to = event.at;
      gap.dropped += 1;
      return;
    }
    gap = { from: event.at, to: event.at, dropped: 1 };
    log.error({ queued: queue.health().queued }, "journal: queue full; events are dropped until it drains");
  }

  function closeGap(): void {
    if (!gap || closed) return;
    const { from, to, dropped: lost } = gap;
    gap = undefined;
    const observed = options.observe?.() ?? [];
    queue.allowBurst(observed.length + 1);
    append({ type: "journal.gap", from, to, dropped: lost });
    for (const body of observed) append(body);
    log.warn({ dropped: lost, observed: observed.length }, "journal: gap closed");
  }

  async function read(query: JournalRead): Promise<readonly FleetEvent[]> {
    const limit = Math.min(Math.max(1, Math.trunc(query.limit)), LONGEST_READ);
    const fresh = queue.uncommitted().map(toRow);
    const stored = await store.read({ ...query, limit });
    const seen = new Set(stored.filter((row) => row.epoch === epoch).map((row) => row.seq));
    const extra = fresh.filter((row) => !seen.has(row.seq) && answers(row, query));
    const rows = [...extra, ...stored].sort((a, b) => compareKeys(b, a));
    return rows.slice(0, limit).map(fromRow);
  }

  /** A page, and what waited for its commit when it was asked for. */
  function ask(after: RowKey | null) {
    const fresh = queue.uncommitted();
    const rows = store.page(after, PAGE);
    // Awaited in its turn; until then nobody has to know.
    rows.catch(() => {});
    return { fresh, rows };
  }

  async function replay(onBatch: (events: readonly FleetEvent[]) => void, after: RowKey | null = null): Promise<void> {
    let ownSeq = after?.epoch === epoch ? after.seq : 0;
    for (let page = ask(after); ; ) {
      const { fresh } = page;
      const rows = await page.rows;
      const last = rows.at(-1);
      const isWhole = last !== undefined && rows.length === PAGE;
      // The store reads the next page while this one is folded.
      if (isWhole) page = ask(last);
      for (const row of rows) if (row.epoch === epoch) ownSeq = row.seq;
      if (rows.length > 0) onBatch(rows.map(fromRow));
      if (isWhole) continue;
      const rest = fresh.filter((event) => event.seq > ownSeq);
      if (rest.length > 0) onBatch(rest);
      return;
    }
  }

  return {
    epoch,
    previous: past.previous,
    toldThrough: past.toldThrough,
    creditedThrough: past.creditedThrough,
    floorAt,
    append,
    committed: () => (gap ? Promise.reject(droppedError()) : queue.committed()),
    subscribe: tail.subscribe,
    replay,
    read,
    health: () => {
      const health = queue.health();
      return { ...health, status: gap && health.status === "ok" ? "degraded" : health.status, dropped };
    },
    close: () => {
      closed ??= queue.close().then(() => store.close());
      return closed;
    },
  };
}

/** The end of what is stored. A run that sorted before it would be folded before it: the fleet of the past would rule. */
function floorOf({ latestAt, previous, toldThrough }: StoredPast, now: number, log: JournalLog): number {
  const floorAt = Math.max(latestAt, previous?.aliveUntil ?? 0, toldThrough ?? 0);
  const behindMs = floorAt - now;
  if (behindMs > WORTH_A_WORD_MS) {
    log.warn({ behindMs }, "journal: the wall clock is behind the end of the last run; time goes on from there");
  }
  return floorAt;
}

function droppedError(): AppError {
  return new AppError("journal_unavailable", "the journal's queue is full; this was not stored", { retryAfterS: 1 });
}

/** Tells every listener every event, in order, even when a listener appends: its event waits for its turn. */
function createTail(log: JournalLog) {
  const listeners = new Set<(event: FleetEvent) => void>();
  const pending: FleetEvent[] = [];
  let telling = false;

  function tell(event: FleetEvent): void {
    pending.push(event);
    if (telling) return;
    telling = true;
    for (let next = pending.shift(); next; next = pending.shift()) tellAll(next);
    telling = false;
  }

  function tellAll(event: FleetEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        log.error({ err: error, type: event.type, seq: event.seq }, "journal: a listener failed");
      }
    }
  }

  function subscribe(listener: (event: FleetEvent) => void): () => void {
    // A wrapper of its own: the same function subscribed twice is told twice and unsubscribed apart.
    const entry = (event: FleetEvent) => listener(event);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  return { tell, subscribe };
}
