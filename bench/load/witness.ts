import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

/** What one dog did or saw. Written by the load processes, read by a checker that knows nothing else of them. */
export type Sight =
  | { readonly did: "dial" | "gave_up" }
  /** The handshake went through. */
  | { readonly did: "open" }
  | { readonly did: "refused"; readonly status: number; readonly retryAfterS: number | null }
  | { readonly did: "failed"; readonly error: string }
  /** A login was acknowledged; with `outage`, that report was acknowledged too. */
  | { readonly did: "login"; readonly session: string; readonly outage?: string }
  /** The dog is in, and was told that nothing is stored yet: no promise. */
  | { readonly did: "let_in"; readonly session: string }
  /** The second login of a seed's first connection was acknowledged. */
  | { readonly did: "login_again"; readonly session: string }
  | { readonly did: "login_refused"; readonly code: number }
  | { readonly did: "closed"; readonly code: number; readonly error: string | null }
  /** The dog's own doing. */
  | { readonly did: "reset" | "fin" | "goodbye" | "freeze" }
  /** An operator's force was answered 202. */
  | { readonly did: "ticket"; readonly ticket: string };

/** `at` is epoch ms of the shared wall clock. */
export type Witness = { readonly at: number; readonly sn: string } & Sight;

const FLUSH_MS = 100;

/** Appends JSON lines to a file, some at a time. */
export class WitnessLog {
  readonly #file: number;
  readonly #timer: NodeJS.Timeout;
  #lines: string[] = [];

  constructor(path: string) {
    this.#file = openSync(path, "a");
    this.#timer = setInterval(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  note(sn: string, sight: Sight): void {
    this.#lines.push(JSON.stringify({ at: Date.now(), sn, ...sight }));
  }

  flush(): void {
    if (this.#lines.length === 0) return;
    const text = `${this.#lines.join("\n")}\n`;
    this.#lines = [];
    writeSync(this.#file, text);
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
    closeSync(this.#file);
  }
}

/** Everything in these files, in the order of time. Only whole lines count: a writer may be at work. */
export function readWitnesses(paths: readonly string[]): Witness[] {
  const all = paths.flatMap((path) => {
    const lines = readFileSync(path, "utf8").split("\n");
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Witness);
  });
  return all.sort((a, b) => a.at - b.at);
}
