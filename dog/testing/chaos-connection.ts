import { connect, type Socket } from "node:net";
import type { Clock } from "#lib/clock/clock.ts";
import { ChaosPipe, type Cut } from "./chaos-pipe.ts";
import { concerns, type PipeToxic } from "./toxic.ts";

/** After a FIN of ours, the time both sides have to close by themselves. */
const CLOSES_WITHIN_MS = 2_000;

export interface ConnectionOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  readonly random: () => number;
  readonly ended: (connection: ChaosConnection) => void;
}

/** A dog's socket and the gateway's, a pipe each way. `ended` is called once both are gone. */
export class ChaosConnection {
  readonly #options: ConnectionOptions;
  readonly #near: Socket;
  #far: Socket | null = null;
  #up: ChaosPipe | null = null;
  #down: ChaosPipe | null = null;
  #cancel: (() => void) | null = null;
  #resetBy: Socket | null = null;
  #isOver = false;

  /** A dial into a blackhole reaches nobody: `far` is not connected until told of other toxics, and then reset. */
  constructor(near: Socket, options: ConnectionOptions, toxics: readonly PipeToxic[]) {
    this.#options = options;
    this.#near = near;
    this.#watch(near);
    if (toxics.some((toxic) => toxic.type === "blackhole" && concerns(toxic, "up"))) {
      near.pause();
      return;
    }
    this.#connect(toxics);
  }

  get bytesWaiting(): number {
    return (this.#up?.bytesWaiting ?? 0) + (this.#down?.bytesWaiting ?? 0);
  }

  setToxics(toxics: readonly PipeToxic[]): void {
    if (this.#isOver) return;
    if (this.#far === null) {
      if (!toxics.some((toxic) => toxic.type === "blackhole" && concerns(toxic, "up"))) this.cut("reset");
      return;
    }
    this.#up?.setToxics(toxics.filter((toxic) => concerns(toxic, "up")));
    this.#down?.setToxics(toxics.filter((toxic) => concerns(toxic, "down")));
    this.#passReset();
  }

  /** Ends both sides, by FIN or RST; harmless when they are ended. */
  cut(how: Cut): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#up?.close();
    this.#down?.close();
    const sockets = this.#far ? [this.#near, this.#far] : [this.#near];
    if (how === "reset") {
      for (const socket of sockets) socket.resetAndDestroy();
      return;
    }
    for (const socket of sockets) {
      socket.end();
      // What is not read when a socket closes turns its FIN into RST.
      socket.resume();
    }
    this.#cancel = this.#options.clock.schedule(CLOSES_WITHIN_MS, () => this.destroy());
  }

  destroy(): void {
    this.#isOver = true;
    this.#cancel?.();
    this.#up?.close();
    this.#down?.close();
    this.#near.destroy();
    this.#far?.destroy();
  }

  #connect(toxics: readonly PipeToxic[]): void {
    const { target, clock, random } = this.#options;
    const near = this.#near;
    const far = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#far = far;
    this.#watch(far);
    const cut = (how: Cut) => this.cut(how);
    this.#up = new ChaosPipe({ source: near, target: far, clock, random, cut });
    this.#down = new ChaosPipe({ source: far, target: near, clock, random, cut });
    this.setToxics(toxics);
  }

  /** An RST from one side is one for the other, as soon as no blackhole keeps it from being heard. */
  #watch(socket: Socket): void {
    socket.on("error", () => {});
    socket.on("close", (hadError) => {
      this.#resetBy = hadError ? socket : this.#resetBy;
      this.#passReset();
      if (!this.#near.destroyed || this.#far?.destroyed === false) return;
      this.destroy();
      this.#options.ended(this);
    });
  }

  #passReset(): void {
    if (this.#resetBy === null || this.#isOver) return;
    const pipe = this.#resetBy === this.#near ? this.#up : this.#down;
    if (!pipe?.isHeld) this.cut("reset");
  }
}
