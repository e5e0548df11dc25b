import type { FleetEvent } from "#lib/fleet/event.ts";

const MOST_ROWS = 100;

/** What a browser is told, one frame each. */
export type Kind = "tick" | "changes" | "ticket" | "events" | "summary";

/** What waits to be told. Bounded whatever the storm: counts above the limits, not contents. */
export class Pending {
  readonly #kinds = new Map<Kind, number>();
  readonly tickets = new Set<string>();
  readonly #touched = new Set<string>();
  #many = false;
  events: FleetEvent[] = [];

  get empty(): boolean {
    return this.#kinds.size === 0;
  }

  mark(kind: Kind, at: number): void {
    if (!this.#kinds.has(kind)) this.#kinds.set(kind, at);
  }

  touch(sns: Iterable<string>): void {
    for (const sn of sns) {
      if (this.#touched.size >= MOST_ROWS && !this.#touched.has(sn)) {
        this.#many = true;
        return;
      }
      this.#touched.add(sn);
    }
  }

  /** Rows go first, but never twice in a row while something else waits; the rest in the order they came. */
  take(last: Kind | null): Kind | undefined {
    const others = [...this.#kinds].filter(([kind]) => kind !== "changes").sort((a, b) => a[1] - b[1]);
    const next = this.#kinds.has("changes") && (last !== "changes" || others.length === 0) ? "changes" : others[0]?.[0];
    if (next) this.#kinds.delete(next);
    return next;
  }

  // What is taken is gone, whatever becomes of its frame: one dog that cannot be shown holds up no later frame.

  /** Dogs that changed; none by name where there were too many. */
  takeChanges(): { readonly touched: readonly string[]; readonly many: boolean } {
    const taken = { touched: this.#many ? [] : [...this.#touched], many: this.#many };
    this.#touched.clear();
    this.#many = false;
    return taken;
  }

  /** Oldest first. */
  takeEvents(): FleetEvent[] {
    return this.events.splice(0);
  }

  /** Dogs whose ticket changed. */
  takeTickets(): readonly string[] {
    const taken = [...this.tickets];
    this.tickets.clear();
    return taken;
  }

  clear(): void {
    this.#kinds.clear();
    this.#touched.clear();
    this.tickets.clear();
    this.#many = false;
    this.events = [];
  }
}

/** Events of the last minute, counted by the second. */
export class MinuteRate {
  readonly #perSecond = new Map<number, number>();

  add(at: number, count: number): void {
    const second = Math.floor(at / 1_000);
    this.#perSecond.set(second, (this.#perSecond.get(second) ?? 0) + count);
    for (const old of this.#perSecond.keys()) {
      if (old > second - 60) break;
      this.#perSecond.delete(old);
    }
  }

  at(now: number): number {
    const oldest = Math.floor(now / 1_000) - 60;
    let sum = 0;
    for (const [second, count] of this.#perSecond) if (second > oldest) sum += count;
    return sum;
  }
}
