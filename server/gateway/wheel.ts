import type { Clock } from "#lib/clock/clock.ts";

/** Something the wheel looks at when its time has come. An entry is in the wheel at most once. */
export interface WheelEntry {
  /** Slot it is filed under; owned by the wheel. */
  slot: number;
  /**
   * @param time attended ms, see `Wheel.time`
   * @param late this tick came late: frames may be waiting unread, so nothing may be killed
   * @returns when to look again (attended ms), `null` for not at all
   */
  onDue(time: number, late: boolean): number | null;
}

/** `slot` of an entry that is in no wheel. */
export const UNFILED = -1;

/** A tick longer than agreed by this share, and by more than a busy machine's timers, means that the process stood still. */
const LATE_SHARE = 0.25;
const LATE_MS = 50;

/**
 * One timer for every dog. Runs on *attended* time: monotonic time without the stretches in which this process stood still,
 * so that a gateway that froze does not count its own absence against its dogs.
 */
export class Wheel {
  readonly tickMs: number;
  readonly #clock: Clock;
  readonly #slots = new Map<number, Set<WheelEntry>>();
  #time = 0;
  #slot = 0;
  #tickedAt: number;
  #cancel: (() => void) | undefined;
  #size = 0;
  readonly #onTick: (time: number, late: boolean) => void;

  constructor(clock: Clock, tickMs: number, onTick: (time: number, late: boolean) => void = () => {}) {
    this.#clock = clock;
    this.tickMs = tickMs;
    this.#onTick = onTick;
    this.#tickedAt = clock.monotonic();
    this.#cancel = clock.schedule(tickMs, () => this.#tick());
  }

  /** Attended ms since the start, as of the last tick. */
  get time(): number {
    return this.#time;
  }

  get size(): number {
    return this.#size;
  }

  /** Attended ms now: like `time`, with the part of the running tick added. */
  now(): number {
    return this.#time + Math.min(this.#clock.monotonic() - this.#tickedAt, this.tickMs);
  }

  /** Looks at `entry` on the first tick at or after `dueAt` (attended ms). Moves it if it is filed already. */
  file(entry: WheelEntry, dueAt: number): void {
    const slot = Math.max(this.#slot + 1, Math.ceil(dueAt / this.tickMs));
    if (entry.slot === slot) return;
    this.remove(entry);
    entry.slot = slot;
    this.#size++;
    const filed = this.#slots.get(slot);
    if (filed) filed.add(entry);
    else this.#slots.set(slot, new Set([entry]));
  }

  remove(entry: WheelEntry): void {
    if (entry.slot === UNFILED) return;
    const filed = this.#slots.get(entry.slot);
    if (filed?.delete(entry)) {
      this.#size--;
      if (filed.size === 0) this.#slots.delete(entry.slot);
    }
    entry.slot = UNFILED;
  }

  /** Idempotent. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #tick(): void {
    this.#cancel = this.#clock.schedule(this.tickMs, () => this.#tick());
    const now = this.#clock.monotonic();
    const elapsed = now - this.#tickedAt;
    const late = elapsed > this.tickMs + Math.max(LATE_MS, this.tickMs * LATE_SHARE);
    this.#tickedAt = now;
    this.#time += late ? this.tickMs : elapsed;
    const upTo = Math.floor(this.#time / this.tickMs);
    while (this.#slot < upTo) this.#turn(++this.#slot, late);
    this.#onTick(this.#time, late);
  }

  #turn(slot: number, late: boolean): void {
    const due = this.#slots.get(slot);
    if (!due) return;
    for (const entry of due) {
      due.delete(entry);
      this.#size--;
      entry.slot = UNFILED;
      const again = entry.onDue(this.#time, late);
      if (again !== null) this.file(entry, again);
    }
    this.#slots.delete(slot);
  }
}
