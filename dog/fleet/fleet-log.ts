import { closeSync, openSync, writeSync } from "node:fs";
import type { Clock } from "#lib/clock/clock.ts";
import type { DogAct } from "./robot.ts";

/** What a line of the log may be besides a dog's act. */
export type RunAct =
  /** First line of a run: the same seed, dogs and scenario make the same faults. */
  | {
      readonly act: "run";
      readonly v: 1;
      readonly dogs: number;
      readonly scenario: string;
      readonly seed: number;
      readonly url: string;
    }
  /** Once a second: the log is whole up to this instant. */
  | { readonly act: "tick"; readonly phases: Readonly<Record<string, number>> }
  /** No fault begins any more; those under way run out. */
  | { readonly act: "calm" }
  /** The disk would not take so many lines: this log is not the whole truth. */
  | { readonly act: "lost"; readonly lines: number }
  | { readonly act: "end" };

/** One line as it is read back; `at` is epoch ms. */
export type DogLine = { readonly at: number; readonly sn: string } & DogAct;
export type RunLine = { readonly at: number } & RunAct;
export type LogLine = DogLine | RunLine;

/** Takes a piece of the log; throws where it cannot. */
export type Append = (text: string) => void;

const FLUSH_MS = 200;
const FLUSH_CHARS = 1_048_576;

/**
 * JSON lines, handed on in blocks of 200 ms or 1 MiB: 10,000 dogs that drop at once cost some milliseconds and no memory that
 * stays. Whoever has no ears for a block is told how many lines were lost. `close` hands over what is left.
 */
export class FleetLog {
  readonly #clock: Clock;
  readonly #append: Append;
  #waiting: string[] = [];
  #chars = 0;
  #lost = 0;
  #cancel: (() => void) | null = null;
  #isClosed = false;

  constructor(clock: Clock, append: Append) {
    this.#clock = clock;
    this.#append = append;
  }

  dog(sn: string, act: DogAct): void {
    this.#add({ at: this.#clock.now(), sn, ...act });
  }

  run(act: RunAct): void {
    this.#add({ at: this.#clock.now(), ...act });
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#flush();
    this.#isClosed = true;
    this.#cancel?.();
  }

  #add(line: LogLine): void {
    if (this.#isClosed) return;
    const text = `${JSON.stringify(line)}\n`;
    this.#waiting.push(text);
    this.#chars += text.length;
    if (this.#chars >= FLUSH_CHARS) this.#flush();
    else this.#cancel ??= this.#clock.schedule(FLUSH_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    const lost: RunLine = { at: this.#clock.now(), act: "lost", lines: this.#lost };
    try {
      this.#append((this.#lost > 0 ? `${JSON.stringify(lost)}\n` : "") + lines.join(""));
      this.#lost = 0;
    } catch {
      this.#lost += lines.length;
    }
  }
}

/** Appends to a file, and closes it. Throws what the system says where it cannot be opened. */
export function appendTo(path: string): { readonly append: Append; readonly close: () => void } {
  const file = openSync(path, "a");
  const append = (text: string) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  };
  return { append, close: () => closeSync(file) };
}
