import { applyDog } from "./apply-dog.ts";
import type { Dog, DogState, Session } from "./dog.ts";
import type { DogEvent, FleetEvent } from "./event.ts";
import type { Entry } from "./fleet-index.ts";
import { FLEET_OPTIONS, type FleetOptions } from "./fleet-options.ts";
import { type OutageBegun, type OutageEnded, tellDerived, tellWitnessed } from "./outage-note.ts";
import { dogState, projectionOf } from "./view.ts";
import type { UnknownSpan } from "./watch.ts";

export type SpanState = "connected" | "silent" | "settling" | "waiting" | "refused" | "gave_up" | "offline" | "unknown";

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly state: SpanState;
}

/** Witnessed dials, logins and forces. */
export interface Mark {
  readonly at: number;
  readonly kind: "dial" | "login" | "force";
}

export interface HistoryQuery {
  /** The dog as it is now. */
  readonly dog: Dog;
  /** Its own events, oldest first; some from before `from` tell what it was then. */
  readonly events: readonly DogEvent[];
  /** `FleetState.watchEvents()`: lost gateways, gaps and cleanups end a dog's state as well. */
  readonly watchEvents: readonly FleetEvent[];
  readonly unknown: readonly UnknownSpan[];
  readonly from: number;
  readonly to: number;
}

/** What one dog went through in a window. */
export interface DogHistory {
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
  readonly begun: readonly OutageBegun[];
  readonly ended: readonly OutageEnded[];
  readonly flaps: readonly number[];
  /** The dog at the end of the window. */
  readonly dog: Dog | undefined;
}

/** A storm of one dog is cut at this many changes between two events: bounded, whatever its schedule. */
const MOST_CHANGES = 2_000;

/** Folds the events of one dog into spans of one state, never overlapping; time nobody watched is `unknown`. */
export function dogHistory(query: HistoryQuery, options: FleetOptions = FLEET_OPTIONS): DogHistory {
  const begun: OutageBegun[] = [];
  const ended: OutageEnded[] = [];
  const flaps: number[] = [];
  const listener = {
    onOutageBegun: (outage: OutageBegun) => void begun.push(outage),
    onOutageMoved: (outage: OutageBegun) => {
      const index = begun.findLastIndex(({ id }) => id === outage.id);
      if (index >= 0) begun[index] = outage;
    },
    onOutage: (outage: OutageEnded) => void ended.push(outage),
    onFlap: (flap: { readonly at: number }) => void flaps.push(flap.at),
  };
  const spans: Span[] = [];
  const names = new Map<string, string>();
  const events = merge(query.events, query.watchEvents).filter((event) => event.at <= query.to);
  const first = query.events.find((event) => event.at <= query.to);
  const start = first === undefined ? beforeWindow(query) : baseDog(query.dog, first, query.from);
  const entry: Entry = { dog: start, filed: null, begun: null, gaveUpId: null, dueAt: null, heapIndex: -1 };
  let known = first === undefined || first.type !== "dog.connected";
  let cursor = known
    ? Math.max(query.from, first === undefined ? query.from : (start.session?.since ?? query.from))
    : query.from;
  for (const event of events) {
    if (event.type === "gateway.started") names.set(event.epoch, event.gateway);
    if (!known && event !== first) continue;
    if (known) walk(entry.dog, cursor, event.at, spans);
    const context = { gateway: names.get(event.epoch) ?? query.dog.gateway, options };
    const before = entry.dog;
    tellDerived(entry, event.at, options, listener);
    entry.dog = applyDog(known ? before : undefined, event, context) ?? before;
    if (known) tellWitnessed(entry, before, event, listener);
    tellDerived(entry, event.at, options, listener);
    known = true;
    cursor = Math.max(cursor, event.at);
  }
  if (known) {
    walk(entry.dog, cursor, query.to, spans);
    tellDerived(entry, query.to, options, listener);
  }
  return {
    spans: withUnknown(clip(spans, query.from, query.to), query),
    marks: query.events.filter((event) => event.at >= query.from && event.at <= query.to).flatMap(markOf),
    begun: begun.filter((outage) => outage.startedAt >= query.from),
    ended: ended.filter((outage) => outage.endedAt >= query.from),
    flaps: flaps.filter((at) => at >= query.from),
    dog: known ? entry.dog : undefined,
  };
}

/** Nothing happened in the window: it was then what it is now, if its last change lies before. */
function beforeWindow({ dog }: HistoryQuery): Dog {
  return { ...dog, flaps: [], appliedEpoch: "", appliedSeq: 0 };
}

/** The dog before its first known event, as far as that event tells. */
function baseDog(dog: Dog, first: DogEvent, from: number): Dog {
  const blank = {
    ...dog,
    session: null,
    outage: null,
    doubt: null,
    offline: true,
    retired: false,
    flaps: [],
    ticket: null,
  };
  const base: Dog = { ...blank, appliedEpoch: "", appliedSeq: 0, lastSession: null, changedAt: first.at };
  const session = "session" in first ? first.session : null;
  if (session === null || first.type === "dog.connected") return base;
  const since = first.type === "dog.disconnected" ? first.at - first.sessionMs : Math.min(from, first.at);
  const held: Session = { id: session, epoch: first.epoch, since, silentSince: null, stable: true };
  return { ...base, session: held, lastSession: session, offline: false };
}

/** Between two events time changes a state only by way of the backoff. */
function walk(dog: Dog, from: number, to: number, spans: Span[]): void {
  let at = from;
  for (let changes = 0; changes < MOST_CHANGES && at < to; changes++) {
    const projection = projectionOf(dog, at);
    const changesAt = projection?.changesAt ?? null;
    const next = changesAt === null || changesAt <= at ? to : Math.min(changesAt, to);
    const state = spanState(dogState(dog, at, projection));
    push(spans, { from: at, to: changes === MOST_CHANGES - 1 ? to : next, state });
    at = next;
  }
}

function spanState(state: DogState): SpanState {
  switch (state) {
    case "reconnecting":
    case "probing":
      return "waiting";
    case "retired":
      return "offline";
    case "connected":
    case "silent":
    case "settling":
    case "refused":
    case "gave_up":
    case "offline":
      return state;
  }
}

function push(spans: Span[], span: Span): void {
  if (span.to <= span.from) return;
  const last = spans.at(-1);
  if (last !== undefined && last.state === span.state && last.to === span.from)
    spans[spans.length - 1] = { ...last, to: span.to };
  else spans.push(span);
}

function clip(spans: readonly Span[], from: number, to: number): readonly Span[] {
  return spans.flatMap((span) => {
    const cut = { ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) };
    return cut.to > cut.from ? [cut] : [];
  });
}

/** Lays unknown time over the spans, and fills what no span covers. */
function withUnknown(spans: readonly Span[], { unknown, from, to }: HistoryQuery): readonly Span[] {
  const dark = clip(
    unknown.map((span) => ({ from: span.from, to: span.to ?? to, state: "unknown" as const })),
    from,
    to,
  );
  const all: Span[] = [];
  let cursor = from;
  let next = 0;
  const known = (until: number) => {
    for (; next < spans.length; next++) {
      const span = spans[next];
      if (span === undefined || span.from >= until) break;
      const begin = Math.max(span.from, cursor);
      const end = Math.min(span.to, until);
      if (end > begin) {
        push(all, { from: cursor, to: begin, state: "unknown" });
        push(all, { from: begin, to: end, state: span.state });
        cursor = end;
      }
      // What is left of it lies behind the dark.
      if (span.to > until) break;
    }
    push(all, { from: cursor, to: until, state: "unknown" });
    cursor = Math.max(cursor, until);
  };
  for (const span of dark) {
    known(span.from);
    push(all, { ...span, from: Math.max(span.from, cursor) });
    cursor = Math.max(cursor, span.to);
  }
  known(to);
  return all;
}

function markOf(event: DogEvent): readonly Mark[] {
  if (event.type === "dog.attempt_failed") return [{ at: event.at, kind: "dial" }];
  if (event.type === "dog.connected") return [{ at: event.at, kind: "login" }];
  return event.type === "force.requested" ? [{ at: event.at, kind: "force" }] : [];
}

function merge(own: readonly DogEvent[], watch: readonly FleetEvent[]): readonly FleetEvent[] {
  return [...own, ...watch].sort(
    (a, b) => a.at - b.at || (a.epoch < b.epoch ? -1 : a.epoch > b.epoch ? 1 : a.seq - b.seq),
  );
}
