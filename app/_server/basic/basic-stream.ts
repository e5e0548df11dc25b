import type { Clock } from "#lib/clock/clock.ts";
import type { StreamEvent, StreamFrame } from "#lib/contracts/fleet.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { sseFrame } from "../sse.ts";
import type { BasicPoll, Snapshot } from "./basic-poll.ts";
import { basicSummary } from "./basic-summary.ts";
import type { BasicTickets } from "./basic-tickets.ts";

const MOST_ROWS = 100;
const MOST_FRAMES_HELD = 32;

export interface BasicStreamOptions {
  readonly poll: BasicPoll;
  readonly tickets: BasicTickets;
  readonly clock: Clock;
  readonly rowsOf: (snapshot: Snapshot) => readonly DogRow[];
  /** Looks after forced dogs once per snapshot, whoever asks. */
  readonly settle: (snapshot: Snapshot) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The frames of our own stream, made from the shared poll. A browser that cannot keep up skips polls: each carries the whole summary. */
export function basicStream(options: BasicStreamOptions): ReadableStream<Uint8Array> {
  const { poll, tickets, clock, rowsOf, settle, signal } = options;
  let end = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      let isOpen = true;
      let rowsBefore: ReadonlyMap<string, string> | undefined;
      let ticketsBefore = new Set<string>();
      const put = <K extends StreamEvent>(event: K, data: StreamFrame<K>) => {
        if (isOpen) controller.enqueue(sseFrame(event, data));
      };
      const unsubscribe = poll.subscribe({
        next(snapshot) {
          if ((controller.desiredSize ?? 0) < -MOST_FRAMES_HELD) return;
          const rows = rowsOf(snapshot);
          put("tick", { now: clock.now() });
          put("summary", basicSummary(rows, clock.now()));
          const rowsNow = fingerprints(rows);
          const change = rowsBefore === undefined ? undefined : changes(rowsBefore, rowsNow, rows);
          rowsBefore = rowsNow;
          if (change !== undefined) put("changes", change);
          void settle(snapshot).then(() => {
            const all = tickets.list();
            const moved = all.filter((ticket) => !ticketsBefore.has(`${ticket.ticket} ${ticket.status}`));
            ticketsBefore = new Set(all.map((ticket) => `${ticket.ticket} ${ticket.status}`));
            if (moved.length > 0) put("ticket", { tickets: moved });
          });
        },
        failed(error) {
          if (isOpen) controller.error(error);
          end();
        },
      });
      end = () => {
        isOpen = false;
        unsubscribe();
        signal.removeEventListener("abort", end);
      };
      signal.addEventListener("abort", end);
      if (signal.aborted) end();
    },
    cancel: () => end(),
  });
}

/** What of a row changes by an event, not by time passing. */
function fingerprints(rows: readonly DogRow[]): ReadonlyMap<string, string> {
  return new Map(
    rows.map((row) => [
      row.client_id,
      [
        row.state,
        row.reconnection_attempts,
        row.next_retry_time,
        row.failure_reason,
        row.ticket?.ticket,
        row.ticket?.status,
      ].join("|"),
    ]),
  );
}

/** A dog that left `active` has no row here to tell it: the browser asks for the list again. */
function changes(
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
  rows: readonly DogRow[],
): StreamFrame<"changes"> | undefined {
  if ([...before.keys()].some((sn) => !now.has(sn))) return { many: true };
  const changed = rows.filter((row) => before.get(row.client_id) !== now.get(row.client_id));
  if (changed.length === 0) return undefined;
  return changed.length > MOST_ROWS ? { many: true } : { many: false, rows: changed };
}
