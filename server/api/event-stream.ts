import type { Clock } from "#lib/clock/clock.ts";
import type { StreamEvent, StreamFrame } from "#lib/contracts/fleet.ts";
import type { FleetChange, FleetReader } from "#server/fleet/fleet-reader.ts";
import { createFrameRing, type FrameRing } from "./frame-ring.ts";
import { type Kind, MinuteRate, Pending } from "./pending-frames.ts";

/** One browser's stream. `heldBytes` is what was written and not yet taken by the network. */
export interface StreamSink {
  readonly heldBytes: number;
  write(frame: Uint8Array): void;
  /** Ends the stream at once, what is held included. */
  cut(): void;
}

export interface EventStream {
  /** Adds a browser; what it missed since `lastEventId` comes first, or `resync`. Returns the detach. */
  attach(sink: StreamSink, lastEventId: string | undefined): () => void;
  readonly size: number;
  /** Cuts every browser. Idempotent. */
  close(): void;
}

export interface EventStreamDeps {
  readonly fleet: FleetReader;
  readonly clock: Clock;
  /** Journal epoch: the first half of every frame's id. */
  readonly epoch: string;
  /** Told of a frame that could not be made: the browsers go without it, the dogs never notice. */
  readonly onFault?: (error: unknown) => void;
}

const SLOT_MS = 250;
const TICK_MS = 2_000;
/** The hour slides while nothing happens: the summary is told with every fifth tick. */
const TICKS_PER_SUMMARY = 5;
const COMMENT_MS = 15_000;
const HELD_LIMIT = 1_048_576;
/** Frames go on being made this long after the last browser left, so that a reload resumes. */
const LINGER_MS = 30_000;
const MOST_EVENTS = 20;
const MOST_TICKETS = 200;
const RETRY_MS = 2_000;

const sizeOf = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);

/** The live feed of `GET /api/events`: each frame is made once for all browsers, at most one per 250 ms. */
export function createEventStream({ fleet, clock, epoch, onFault }: EventStreamDeps): EventStream {
  const sinks = new Set<StreamSink>();
  const pending = new Pending();
  const rate = new MinuteRate();
  const ring: FrameRing = createFrameRing(epoch);
  let last: Kind | null = null;
  let freeAt = 0;
  let ticks = 0;
  let emptySince: number | null = clock.monotonic();
  let cancelSlot: (() => void) | null = null;
  let cancelTick = clock.schedule(TICK_MS, tick);
  let cancelComment = clock.schedule(COMMENT_MS, comment);

  const idle = () => emptySince !== null && clock.monotonic() - emptySince > LINGER_MS;

  /** Encoded once: browsers that lag hold the same bytes, not copies of their own. */
  function sendAll(text: string): void {
    const frame = Buffer.from(text);
    for (const sink of sinks) deliver(sink, frame);
  }
  function deliver(sink: StreamSink, frame: Uint8Array): void {
    const { heldBytes } = sink;
    if (heldBytes > 0 && heldBytes + frame.length > HELD_LIMIT) {
      detach(sink);
      sink.cut();
    } else sink.write(frame);
  }
  function detach(sink: StreamSink): void {
    if (sinks.delete(sink) && sinks.size === 0) emptySince = clock.monotonic();
  }

  function payload(kind: Kind): StreamFrame<StreamEvent> {
    switch (kind) {
      case "tick":
        return { now: clock.now() };
      case "summary":
        return fleet.summary();
      case "changes": {
        const { touched, many } = pending.takeChanges();
        fleet.forgetPages();
        return many ? { many } : { many, rows: touched.flatMap((sn) => fleet.row(sn) ?? []) };
      }
      case "events": {
        const items = pending.takeEvents().map((event) => fleet.feedEvent(event));
        return { items: items.reverse(), rate_per_min: rate.at(clock.now()) };
      }
      case "ticket": {
        return { tickets: pending.takeTickets().flatMap((sn) => fleet.row(sn)?.ticket ?? []) };
      }
    }
  }

  function slot(): void {
    cancelSlot = null;
    const kind = pending.take(last);
    if (!kind) return;
    last = kind;
    freeAt = clock.monotonic() + SLOT_MS;
    try {
      sendAll(ring.push(kind, JSON.stringify(payload(kind))));
    } catch (error) {
      onFault?.(error);
    }
    arm();
  }
  function arm(): void {
    if (cancelSlot === null && !pending.empty)
      cancelSlot = clock.schedule(Math.max(0, freeAt - clock.monotonic()), slot);
  }
  function tick(): void {
    cancelTick = clock.schedule(TICK_MS, tick);
    if (idle()) return;
    pending.mark("tick", clock.monotonic());
    if (++ticks % TICKS_PER_SUMMARY === 0) pending.mark("summary", clock.monotonic());
    arm();
  }
  function comment(): void {
    cancelComment = clock.schedule(COMMENT_MS, comment);
    sendAll(":\n\n");
  }

  const unsubscribe = fleet.onChange((change) => {
    try {
      note(change);
    } catch (error) {
      onFault?.(error);
    }
  });
  function note({ touched, events, eventCount }: FleetChange): void {
    const at = clock.monotonic();
    if (eventCount > 0) rate.add(clock.now(), eventCount);
    if (idle()) {
      // Nobody has listened for a while: whoever resumes from before this starts again.
      pending.clear();
      ring.skip();
      return;
    }
    pending.touch(touched);
    if (touched.size > 0) pending.mark("changes", at);
    for (const sn of touched) {
      if (pending.tickets.size >= MOST_TICKETS) break;
      if (fleet.get(sn)?.ticket && fleet.row(sn)?.ticket) pending.tickets.add(sn);
    }
    if (pending.tickets.size > 0) pending.mark("ticket", at);
    if (events.length > 0) {
      pending.events = [...pending.events, ...events.slice(-MOST_EVENTS)].slice(-MOST_EVENTS);
      pending.mark("events", at);
    }
    pending.mark("summary", at);
    arm();
  }

  return {
    get size() {
      return sinks.size;
    },
    attach(sink, lastEventId) {
      // Made first: where that throws, nobody was added.
      const first = (["tick", "summary"] as const).map((kind) => [kind, JSON.stringify(payload(kind))] as const);
      sinks.add(sink);
      emptySince = null;
      const send = (text: string) => deliver(sink, Buffer.from(text));
      send(`retry: ${RETRY_MS}\n\n`);
      const missed = lastEventId === undefined ? [] : ring.since(lastEventId);
      // More than a browser may hold at once is cheaper fetched anew.
      if (missed === "resync" || sizeOf(missed) > HELD_LIMIT / 2) {
        send(`id: ${ring.lastId()}\nevent: resync\ndata: {}\n\n`);
      } else for (const text of missed) send(text);
      for (const [kind, data] of first) send(`id: ${ring.lastId()}\nevent: ${kind}\ndata: ${data}\n\n`);
      return () => detach(sink);
    },
    close() {
      unsubscribe();
      cancelSlot?.();
      cancelTick();
      cancelComment();
      for (const sink of sinks) sink.cut();
      sinks.clear();
    },
  };
}
