import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { withinPushedLimits } from "#lib/reconnection/schedule.ts";
import { type ApplyContext, applyDog, isCleaned, isPushed } from "./apply-dog.ts";
import type { Dog, DogState, StateCounts, Ticket } from "./dog.ts";
import type { Drops } from "./drops.ts";
import { type FleetEvent, isDogEvent, type PolicyChanged } from "./event.ts";
import { type Entry, type Filing, FleetIndex, type GroupCounts } from "./fleet-index.ts";
import { type FleetOptions, fleetOptions } from "./fleet-options.ts";
import type { FleetHead, StoredDog } from "./fleet-snapshot.ts";
import { Heap } from "./heap.ts";
import { Intern } from "./intern.ts";
import { nextChangeAt } from "./next-change.ts";
import { type Filed, type FiledChange, type FleetListener, tellDerived, tellWitnessed } from "./outage-note.ts";
import { filedAt, tellChange, tellLapse } from "./tell-filed.ts";
import { type BatchView, Tickets } from "./tickets.ts";
import { hasTraits, type Traits, traitsOf } from "./traits.ts";
import { countFlaps, dogState, isActive, isOut, outageReason, projectionOf } from "./view.ts";
import { type GatewayView, type UnknownSpan, Watch } from "./watch.ts";

/**
 * The fleet as the fold of its events: a mutable store around `applyDog` with counts and indexes.
 * Folding a prefix and then the rest equals folding all; an event seen before changes nothing.
 */
export class FleetState {
  readonly options: FleetOptions;
  readonly #listener: FleetListener;
  /** Null where nobody listens: then nothing is worked out for it. */
  readonly #tellFiled: ((change: FiledChange) => void) | null;
  readonly #entries = new Map<string, Entry>();
  readonly #index = new FleetIndex();
  readonly #heap = new Heap<Entry>();
  readonly #tickets = new Tickets();
  readonly #watch = new Watch();
  readonly #intern = new Intern();
  /** Last seq folded of each epoch. */
  readonly #folded = new Map<string, number>();
  #policy: Pick<PolicyChanged, "pushed" | "assumed"> | null = null;
  #now = 0;

  constructor(options: Partial<FleetOptions> = {}, listener: FleetListener = {}) {
    this.options = fleetOptions(options);
    this.#listener = {
      onOutageBegun: (outage) => {
        this.drops.begun(outage);
        listener.onOutageBegun?.(outage);
      },
      onOutageMoved: (outage) => listener.onOutageMoved?.(outage),
      onOutageLogin: (sn, loginAt) => listener.onOutageLogin?.(sn, loginAt),
      onOutage: (outage) => listener.onOutage?.(outage),
      onFlap: (flap) => listener.onFlap?.(flap),
      onUnknown: (spans, watchedFrom) => listener.onUnknown?.(spans, watchedFrom),
    };
    this.#tellFiled = listener.onFiled ? (change) => listener.onFiled?.(change) : null;
  }

  /** Folds one event; within an epoch in order of seq. Returns the serial numbers of the dogs it changed. */
  ingest(given: FleetEvent): readonly string[] {
    if (this.hasFolded(given)) return [];
    this.#folded.set(given.epoch, given.seq);
    const event = this.#intern.event(given);
    this.#now = Math.max(this.#now, event.at);
    const sns = this.#touchedBy(event);
    const context = { gateway: this.#watch.nameOf(event.epoch), options: this.options };
    if (this.#watch.ingest(event)) this.#listener.onUnknown?.(this.#watch.unknownSpans(), this.#watch.watchedFrom ?? 0);
    this.#tickets.ingest(event);
    if (event.type === "policy.changed") {
      this.#policy = { pushed: withinPushedLimits(event.pushed), assumed: event.assumed };
    }
    return sns.filter((sn) => this.#apply(sn, event, context));
  }

  /**
   * Moves time on. Returns the dogs whose derived state changed since: at most so many, the rest with the next call
   * (`isBehind` until then; views are exact all the same, counts are as the dogs were last filed).
   */
  advance(now: number, most = Number.POSITIVE_INFINITY): readonly string[] {
    this.#now = Math.max(this.#now, now);
    const changed: string[] = [];
    for (let entry = this.#heap.peek(); entry !== undefined && changed.length < most; entry = this.#heap.peek()) {
      if (entry.dueAt === null || entry.dueAt > this.#now) break;
      changed.push(entry.dog.sn);
      const { filed, dueAt } = entry;
      const next = this.#file(entry);
      if (this.#tellFiled !== null && filed !== null)
        tellLapse(entry.dog, [filed, next], [dueAt - 1, this.#now], this.options, this.#tellFiled);
    }
    return changed;
  }

  /** Dogs wait to be filed anew as of now. */
  get isBehind(): boolean {
    return (this.nextChangeAt() ?? Number.POSITIVE_INFINITY) <= this.#now;
  }

  /** When the derived state of any dog next changes; in the past where `advance` is due. */
  nextChangeAt(): number | null {
    return this.#heap.peek()?.dueAt ?? null;
  }

  /** The instant of the last ingest or advance: counts are as of then. */
  get now(): number {
    return this.#now;
  }

  /** Retired dogs included. */
  get(sn: string): Dog | undefined {
    return this.#entries.get(sn)?.dog;
  }

  /** Retired dogs included. */
  *dogs(): IterableIterator<Dog> {
    for (const entry of this.#entries.values()) yield entry.dog;
  }

  /** Dogs that are not retired. */
  get size(): number {
    return this.#entries.size - this.#index.state("retired");
  }

  counts(): StateCounts {
    return this.#index.counts();
  }

  /** Looks at every dog. */
  *byState(state: DogState): IterableIterator<string> {
    for (const { dog, filed } of this.#entries.values()) if (filed?.state === state) yield dog.sn;
  }

  /** A dog with what it is filed under as of the last ingest or advance. */
  entry(sn: string): Readonly<Entry> | undefined {
    return this.#entries.get(sn);
  }

  /** State of a dog as of the last ingest or advance. */
  stateOf(sn: string): DogState | undefined {
    return this.#entries.get(sn)?.filed?.state;
  }

  /** Dogs in an outage, settling ones included. Looks at every dog. */
  *active(): IterableIterator<Dog> {
    for (const { dog, filed } of this.#entries.values()) if (filed !== null && isActive(filed.state)) yield dog;
  }

  /** Dogs now out by reason. */
  byReason(): ReadonlyMap<ReasonCode, number> {
    return this.#index.byReason;
  }

  /** Dogs that still retry, by the attempt now running. */
  attempts(): ReadonlyMap<number, number> {
    return this.#index.attempts;
  }

  /** Dogs that wait for their next dial, by the window they wait through (ms). */
  delays(): ReadonlyMap<number, number> {
    return this.#index.delays;
  }

  /** Earliest instant at which the dog may give up; null for never and for dogs that are not out. */
  givesUpAt(sn: string): number | null {
    return this.#entries.get(sn)?.filed?.givesUpAt ?? null;
  }

  /** Dogs with 3 flaps in 10 min; flaps of all dogs in 10 min. */
  flapping(): number {
    return this.#index.flapping;
  }

  flapsInWindow(): number {
    return this.#index.flaps;
  }

  site(name: string): GroupCounts {
    return this.#index.sites.get(name) ?? NONE;
  }

  sites(): ReadonlyMap<string, GroupCounts> {
    return this.#index.sites;
  }

  /** Dogs whose last session was held by this gateway. */
  gateway(name: string): GroupCounts {
    return this.#index.gateways.get(name) ?? NONE;
  }

  /** The drops of the last hour, counted. */
  get drops(): Drops {
    return this.#index.drops;
  }

  gateways(): readonly GatewayView[] {
    return this.#watch.gateways((epoch) => this.#index.sessions(epoch));
  }

  ticket(id: string): Ticket | undefined {
    return this.#tickets.get(id);
  }

  openTickets(): readonly Ticket[] {
    return this.#tickets.open(this.#now);
  }

  batch(id: string): BatchView | undefined {
    return this.#tickets.batch(id);
  }

  /** What was last set by an operator; null while the configuration holds. */
  policy(): Pick<PolicyChanged, "pushed" | "assumed"> | null {
    return this.#policy;
  }

  /** Records a cleanup through `through` would make offline. */
  expired(through: number): number {
    return this.#expired(through).length;
  }

  /** The last 1,000 events that touch many dogs at once (gateways, gaps, cleanups), oldest first. */
  watchEvents(): readonly FleetEvent[] {
    return this.#watch.events();
  }

  isWatched(at: number): boolean {
    return this.#watch.isWatched(at);
  }

  /** Instant of the first event; nobody watched before it. */
  watchedFrom(): number | null {
    return this.#watch.watchedFrom;
  }

  unknownSpans(): readonly UnknownSpan[] {
    return this.#watch.unknownSpans();
  }

  /** True for an event that has been folded: it would change nothing. */
  hasFolded({ epoch, seq }: Pick<FleetEvent, "epoch" | "seq">): boolean {
    return seq <= (this.#folded.get(epoch) ?? 0);
  }

  /** What is neither a dog nor a ticket. Holds until the next ingest or advance. */
  head(): FleetHead {
    return {
      now: this.#now,
      folded: [...this.#folded],
      policy: this.#policy,
      tickets: this.#tickets.dump(),
      watch: this.#watch.dump(),
      drops: this.drops.dump(),
    };
  }

  /** Every dog as a snapshot holds it, in the order they were first seen. */
  *storedDogs(): IterableIterator<StoredDog> {
    for (const { dog, begun, gaveUpId } of this.#entries.values()) yield { dog, begun, gaveUpId };
  }

  /** Every ticket kept. */
  tickets(): Iterable<Ticket> {
    return this.#tickets.all();
  }

  /** Begins to take over a snapshot, on a state that is new: the head first, then dogs and tickets in their order, in parts. */
  restoreHead({ now, folded, policy, tickets, watch, drops }: FleetHead): void {
    this.#now = now;
    for (const [epoch, seq] of folded) this.#folded.set(epoch, seq);
    this.#policy = policy;
    this.#tickets.restore(tickets);
    this.#watch.restore(watch);
    this.drops.restore(drops);
  }

  restoreDogs(dogs: readonly StoredDog[]): void {
    for (const { dog, begun, gaveUpId } of dogs) {
      const entry: Entry = { dog: this.#intern.dog(dog), filed: null, begun, gaveUpId, dueAt: null, heapIndex: -1 };
      this.#entries.set(dog.sn, entry);
      this.#file(entry);
    }
  }

  restoreTickets(tickets: readonly Ticket[]): void {
    for (const ticket of tickets) this.#tickets.restoreTicket(ticket);
  }

  #touchedBy(event: FleetEvent): readonly string[] {
    if (isDogEvent(event)) return [event.sn];
    switch (event.type) {
      case "gateway.started":
        return event.previous === null ? [] : this.#sessionsOf(event.previous.epoch);
      case "gateway.lost":
        return this.#sessionsOf(event.lostEpoch);
      case "gateway.stopped":
      case "journal.gap":
        return this.#sessionsOf(event.epoch);
      case "record.cleaned":
        return this.#expired(event.through);
      case "policy.changed":
        return [...this.#entries.values()].flatMap(({ dog }) => (isPushed(dog) ? [dog.sn] : []));
      case "force.batch":
      case "force.batch_stopped":
        return [];
    }
  }

  /** Dogs whose session belongs to a run of a gateway. Rare events ask: they touch many dogs anyway. */
  #sessionsOf(epoch: string): string[] {
    const sns: string[] = [];
    if (this.#index.sessions(epoch) === 0) return sns;
    for (const { dog, filed } of this.#entries.values()) if (filed?.epoch === epoch) sns.push(dog.sn);
    return sns;
  }

  #expired(through: number): string[] {
    const sns: string[] = [];
    for (const dog of this.active()) if (isCleaned(dog, through)) sns.push(dog.sn);
    return sns;
  }

  #apply(sn: string, event: FleetEvent, context: ApplyContext): boolean {
    const entry = this.#entries.get(sn);
    const before = entry?.dog;
    if (entry !== undefined) tellDerived(entry, event.at, this.options, this.#listener);
    const dog = applyDog(before, event, context);
    if (dog === undefined || dog === before) return false;
    if (dog.ticket !== null && dog.ticket !== before?.ticket) this.#tickets.put(dog.ticket);
    if (entry === undefined || before === undefined) {
      const added: Entry = { dog, filed: null, begun: null, gaveUpId: null, dueAt: null, heapIndex: -1 };
      this.#entries.set(sn, added);
      this.#refile(added, undefined, event.at);
    } else {
      entry.dog = dog;
      tellWitnessed(entry, before, event, this.#listener);
      this.#refile(entry, before, event.at);
    }
    return true;
  }

  /** Files a dog an event at `at` has changed. */
  #refile(entry: Entry, before: Dog | undefined, at: number): void {
    const tell = this.#tellFiled;
    const { filed, dueAt } = entry;
    const next = this.#file(entry);
    if (tell === null) return;
    let from: Filed | null = filed;
    if (before !== undefined && filed !== null && dueAt !== null && dueAt <= at) {
      const lapsed = filedAt(before, at, filed.traits, this.options);
      tellLapse(before, [filed, lapsed], [dueAt - 1, at], this.options, tell);
      from = lapsed;
    }
    const { dog } = entry;
    const to = at < this.#now ? filedAt(dog, at, next.traits, this.options) : next;
    tellChange(dog.sn, at, from, to, tell);
    if (to !== next) tellLapse(dog, [to, next], [at, this.#now], this.options, tell);
  }

  /** Dogs that share all five share one object. */
  #traitsOf(dog: Dog, known: Traits | undefined): Traits {
    return known !== undefined && hasTraits(dog, known) ? known : this.#intern.object(traitsOf(dog));
  }

  /** Re-files a dog by what it is now. */
  #file(entry: Entry): Filing {
    const { dog } = entry;
    const projection = projectionOf(dog, this.#now);
    tellDerived(entry, this.#now, this.options, this.#listener, projection);
    const state = dogState(dog, this.#now, projection);
    const flaps = dog.flaps.length === 0 ? 0 : countFlaps(dog, this.#now, this.options);
    const traits = this.#traitsOf(dog, entry.filed?.traits);
    const filing: Filing = {
      state,
      traits,
      reason: isOut(state) && dog.outage !== null ? outageReason(dog.outage) : null,
      site: traits.site,
      gateway: dog.gateway,
      flaps,
      flapping: flaps >= this.options.flappingFrom,
      epoch: dog.session?.epoch ?? dog.doubt?.session.epoch ?? null,
      attempts: projection?.attempt ?? 0,
      delayMs: projection?.currentDelayMs ?? null,
      nextRetryAt: projection?.nextRetryAt ?? null,
      givesUpAt: projection?.givesUpAt?.[0] ?? null,
      down: isOut(state) && entry.begun?.id === dog.outage?.id ? entry.begun : null,
    };
    this.#index.file(entry, filing);
    this.#heap.update(entry, nextChangeAt(dog, this.#now, this.options, projection));
    return filing;
  }
}

const NONE: GroupCounts = { known: 0, out: 0 };
