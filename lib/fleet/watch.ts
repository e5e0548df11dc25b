import type { FleetEvent } from "./event.ts";

export interface GatewayView {
  readonly name: string;
  readonly epoch: string;
  readonly up: boolean;
  /** Start of this run; the end of it where it is down. */
  readonly since: number;
  readonly sessions: number;
}

/** A stretch in which nobody was watching; `to` is null while it lasts. */
export interface UnknownSpan {
  readonly from: number;
  readonly to: number | null;
}

export interface Run {
  readonly name: string;
  readonly epoch: string;
  since: number;
  up: boolean;
}

/** Plain JSON. */
export interface WatchDump {
  readonly runs: readonly Readonly<Run>[];
  readonly epochs: readonly (readonly [epoch: string, gateway: string])[];
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly firstAt: number | null;
  readonly darkSince: number | null;
  readonly events: readonly FleetEvent[];
}

/** Enough for weeks of restarts; older ones leave every window shown. */
const SPANS_KEPT = 1_000;

const TOUCHES_MANY: ReadonlySet<FleetEvent["type"]> = new Set<FleetEvent["type"]>([
  "gateway.started",
  "gateway.stopped",
  "gateway.lost",
  "journal.gap",
  "record.cleaned",
  "policy.changed",
]);

/** Which gateways run, and when nobody watched. */
export class Watch {
  /** Newest run of each gateway by name. */
  readonly #runs = new Map<string, Run>();
  readonly #nameOfEpoch = new Map<string, string>();
  #spans: { from: number; to: number }[] = [];
  #firstAt: number | null = null;
  #darkSince: number | null = null;
  readonly #events: FleetEvent[] = [];

  /** Name of the gateway whose run `epoch` is; null where its start was never seen. */
  nameOf(epoch: string): string | null {
    return this.#nameOfEpoch.get(epoch) ?? null;
  }

  /** True where what is watched is known anew. */
  ingest(event: FleetEvent): boolean {
    const isFirst = this.#firstAt === null;
    const spans = this.#spans;
    const darkSince = this.#darkSince;
    this.#firstAt ??= event.at;
    if (TOUCHES_MANY.has(event.type) && this.#events.push(event) > SPANS_KEPT) this.#events.shift();
    if (event.type === "gateway.started") this.#started(event);
    else if (event.type === "gateway.stopped") this.#ended(event.epoch, event.at);
    else if (event.type === "gateway.lost") this.#ended(event.lostEpoch, event.aliveUntil);
    else if (event.type === "journal.gap") this.#addSpan(event.from, event.to);
    return isFirst || spans !== this.#spans || darkSince !== this.#darkSince;
  }

  /** The last events that touch many dogs at once, oldest first: a dog's history needs them beside its own. */
  events(): readonly FleetEvent[] {
    return this.#events;
  }

  gateways(sessionsOf: (epoch: string) => number): readonly GatewayView[] {
    return [...this.#runs.values()].map((run) => ({ ...run, sessions: sessionsOf(run.epoch) }));
  }

  isWatched(at: number): boolean {
    if (this.#firstAt === null || at < this.#firstAt) return false;
    if (this.#darkSince !== null && at >= this.#darkSince) return false;
    return !this.#spans.some((span) => at >= span.from && at < span.to);
  }

  /** Oldest first, not overlapping. Time before the first event is not listed: see `watchedFrom`. */
  unknownSpans(): readonly UnknownSpan[] {
    return this.#darkSince === null ? this.#spans : [...this.#spans, { from: this.#darkSince, to: null }];
  }

  get watchedFrom(): number | null {
    return this.#firstAt;
  }

  dump(): WatchDump {
    return {
      runs: [...this.#runs.values()],
      epochs: [...this.#nameOfEpoch],
      spans: this.#spans,
      firstAt: this.#firstAt,
      darkSince: this.#darkSince,
      events: this.#events,
    };
  }

  restore({ runs, epochs, spans, firstAt, darkSince, events }: WatchDump): void {
    for (const run of runs) this.#runs.set(run.name, { ...run });
    for (const [epoch, name] of epochs) this.#nameOfEpoch.set(epoch, name);
    this.#spans = spans.map((span) => ({ ...span }));
    this.#firstAt = firstAt;
    this.#darkSince = darkSince;
    this.#events.push(...events);
  }

  #started(event: Extract<FleetEvent, { type: "gateway.started" }>): void {
    const { previous } = event;
    if (previous !== null) this.#ended(previous.epoch, previous.aliveUntil);
    if (previous !== null && this.#darkSince === null && !this.#anyUp()) this.#darkSince = previous.aliveUntil;
    if (this.#darkSince !== null) this.#addSpan(this.#darkSince, event.at);
    this.#darkSince = null;
    this.#nameOfEpoch.set(event.epoch, event.gateway);
    this.#runs.set(event.gateway, { name: event.gateway, epoch: event.epoch, since: event.at, up: true });
  }

  #ended(epoch: string, at: number): void {
    const run = this.#runs.get(this.#nameOfEpoch.get(epoch) ?? "");
    if (run === undefined || run.epoch !== epoch || !run.up) return;
    run.up = false;
    run.since = at;
    if (!this.#anyUp()) this.#darkSince = at;
  }

  #anyUp(): boolean {
    for (const run of this.#runs.values()) if (run.up) return true;
    return false;
  }

  #addSpan(from: number, to: number): void {
    if (to <= from) return;
    const merged = { from, to };
    const apart = this.#spans.filter((span) => {
      if (span.to < merged.from || span.from > merged.to) return true;
      merged.from = Math.min(merged.from, span.from);
      merged.to = Math.max(merged.to, span.to);
      return false;
    });
    this.#spans = [...apart, merged].sort((a, b) => a.from - b.from).slice(-SPANS_KEPT);
  }
}
