import type { Socket } from "node:net";
import type { Clock } from "#lib/clock/clock.ts";
import type { PipeToxic } from "./toxic.ts";

export type Cut = "fin" | "reset";

interface Parcel {
  bytes: Buffer;
  readonly dueAt: number;
  /** What follows the last byte: the source's own FIN, or a toxic's end of both directions. */
  readonly then: "more" | "end" | Cut;
}

export interface PipeOptions {
  readonly source: Socket;
  readonly target: Socket;
  readonly clock: Clock;
  readonly random: () => number;
  /** A toxic ends the connection, both directions of it. */
  readonly cut: (how: Cut) => void;
}

/** Bytes on their way through latency; above it the source waits, as it would for a full window. */
const WINDOW_BYTES = 256 * 1024;
/** A slow line hands on what it carries in this time. */
const SLICE_MS = 50;

/** One direction of one connection, under the toxics of the moment. Owns a timer, no socket. */
export class ChaosPipe {
  readonly #options: PipeOptions;
  #toxics: readonly PipeToxic[] = [];
  /** Bytes taken since each toxic came. */
  readonly #taken = new Map<PipeToxic, number>();
  #parcels: Parcel[] = [];
  #queuedBytes = 0;
  #lineFreeAt = 0;
  /** The last bytes that may pass are in `#parcels`. */
  #isCut = false;
  #isClosed = false;
  #isFull = false;
  #cancel: (() => void) | null = null;

  constructor(options: PipeOptions) {
    this.#options = options;
    const { source, target } = options;
    source.on("data", (bytes: Buffer) => this.#take(bytes));
    source.on("end", () => this.#enqueue(Buffer.alloc(0), "end"));
    target.on("drain", () => {
      this.#isFull = false;
      this.#run();
    });
  }

  /** The toxics that concern this direction; those known before keep their count. */
  setToxics(toxics: readonly PipeToxic[]): void {
    this.#toxics = toxics;
    for (const toxic of this.#taken.keys()) if (!toxics.includes(toxic)) this.#taken.delete(toxic);
    for (const toxic of toxics) if (!this.#taken.has(toxic)) this.#taken.set(toxic, 0);
    const due = toxics.find((toxic) => left(toxic, this.#taken) === 0);
    if (due !== undefined && !this.#isCut) this.#options.cut(howOf(due));
    else this.#run();
  }

  /** Bytes taken and not yet handed to the kernel. */
  get bytesWaiting(): number {
    return this.#queuedBytes + this.#options.target.writableLength;
  }

  get isHeld(): boolean {
    return this.#toxics.some((toxic) => toxic.type === "blackhole");
  }

  /** Nothing is handed on any more; what still comes is thrown away. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#isCut = true;
    this.#isClosed = true;
    this.#parcels = [];
    this.#queuedBytes = 0;
  }

  #take(bytes: Buffer): void {
    if (this.#isCut) return;
    let kept = bytes;
    let then: Parcel["then"] = "more";
    for (const toxic of this.#toxics) {
      const room = toxic.type === "truncate" ? bytes.length - 1 : left(toxic, this.#taken);
      if (room > kept.length || (room === kept.length && then !== "more")) continue;
      kept = bytes.subarray(0, room);
      then = howOf(toxic);
    }
    for (const [toxic, taken] of this.#taken) this.#taken.set(toxic, taken + kept.length);
    this.#isCut = then !== "more";
    this.#enqueue(kept, then);
  }

  #enqueue(bytes: Buffer, then: Parcel["then"]): void {
    if (this.#isClosed) return;
    const { clock } = this.#options;
    const before = this.#parcels.at(-1)?.dueAt ?? 0;
    this.#parcels.push({ bytes, then, dueAt: Math.max(before, clock.monotonic() + this.#drawLatency()) });
    this.#queuedBytes += bytes.length;
    this.#run();
  }

  #drawLatency(): number {
    const { random } = this.#options;
    let total = 0;
    for (const toxic of this.#toxics) {
      if (toxic.type === "latency") total += Math.max(0, toxic.delayMs + (random() * 2 - 1) * toxic.jitterMs);
    }
    return total;
  }

  /** Hands on what is due, and looks after the source: it is read only while there is room. */
  #run(): void {
    if (this.#isClosed) return;
    const { source, target, clock } = this.#options;
    this.#cancel?.();
    this.#cancel = null;
    while (!this.isHeld && !this.#isFull && !this.#isClosed) {
      const parcel = this.#parcels[0];
      if (parcel === undefined) break;
      const waitMs = Math.max(parcel.dueAt, this.#lineFreeAt) - clock.monotonic();
      if (waitMs > 0) {
        this.#cancel = clock.schedule(waitMs, () => this.#run());
        break;
      }
      this.#pass(parcel, target);
    }
    if (this.#isClosed) return;
    if (this.isHeld || this.#queuedBytes >= WINDOW_BYTES) source.pause();
    else source.resume();
  }

  #pass(parcel: Parcel, target: Socket): void {
    const rate = this.#rate();
    const slice = parcel.bytes.subarray(0, Math.max(1, Math.floor((rate * SLICE_MS) / 1_000)));
    this.#lineFreeAt = this.#options.clock.monotonic() + (slice.length / rate) * 1_000;
    parcel.bytes = parcel.bytes.subarray(slice.length);
    this.#queuedBytes -= slice.length;
    if (slice.length > 0 && target.writable) this.#isFull = !target.write(slice);
    if (parcel.bytes.length > 0) return;
    this.#parcels.shift();
    if (parcel.then === "end") target.end();
    else if (parcel.then !== "more") this.#options.cut(parcel.then);
  }

  /** Bytes per second of the slowest toxic. */
  #rate(): number {
    return this.#toxics.reduce(
      (rate, toxic) => (toxic.type === "slow" ? Math.min(rate, toxic.bytesPerSecond) : rate),
      Number.POSITIVE_INFINITY,
    );
  }
}

/** Bytes that may still pass before `toxic` ends the connection. */
function left(toxic: PipeToxic, taken: ReadonlyMap<PipeToxic, number>): number {
  const gone = taken.get(toxic) ?? 0;
  if (toxic.type === "limit") return Math.max(0, toxic.bytes - gone);
  if (toxic.type === "reset") return Math.max(0, toxic.afterBytes - gone);
  return Number.POSITIVE_INFINITY;
}

const howOf = (toxic: PipeToxic): Cut => (toxic.type === "reset" ? "reset" : "fin");
