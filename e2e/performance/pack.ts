import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type PackOrder =
  | { readonly type: "connect"; readonly id: number; readonly sns: readonly string[] }
  | { readonly type: "drop"; readonly id: number; readonly sns: readonly string[] }
  | { readonly type: "churn"; readonly id: number; readonly perSecond: number };

/** Answers order `id`. `dropped`: each dog and the instant (epoch ms) its socket was destroyed. */
export interface PackAnswer {
  readonly id: number;
  readonly dropped: readonly (readonly [string, number])[];
}

type Order<T = PackOrder> = T extends PackOrder ? Omit<T, "id"> : never;

const MAIN = fileURLToPath(new URL("pack-main.ts", import.meta.url));

/** A pack of dogs over real sockets in a process of its own, so that it takes no turn from the browser or the gateway. */
export class Pack {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (answer: PackAnswer) => void>();
  #orders = 0;

  constructor(url: string, token: string) {
    this.#child = fork(MAIN, [url, token], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
    this.#child.on("message", (answer: PackAnswer) => {
      this.#open.get(answer.id)?.(answer);
      this.#open.delete(answer.id);
    });
  }

  /** Resolves once all of them are signed in. */
  async connect(sns: readonly string[]): Promise<void> {
    await this.#ask({ type: "connect", sns });
  }

  /** Destroys their sockets at once (RST); they stay away. Resolves to when each went, epoch ms. */
  async drop(sns: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#ask({ type: "drop", sns })).dropped);
  }

  /** From now on this many a second drop and come back a second later; 0 stops. */
  async churn(perSecond: number): Promise<void> {
    await this.#ask({ type: "churn", perSecond });
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #ask(order: Order): Promise<PackAnswer> {
    const id = ++this.#orders;
    return new Promise((resolve, reject) => {
      this.#open.set(id, resolve);
      this.#child.send({ ...order, id }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}

/** `count` serial numbers in the order a table sorted by sn shows them. */
export const serials = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(5, "0")}`);
