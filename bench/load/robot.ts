import type { Random } from "#lib/testing/random.ts";
import type { Sight } from "./witness.ts";

export interface LoadContext {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly random: Random;
  readonly see: (sn: string, sight: Sight) => void;
}

export type Fault = "reset" | "fin" | "goodbye" | "freeze";
export type Phase = "idle" | "dialing" | "waiting" | "signing_in" | "up" | "refused" | "frozen" | "gave_up";

/** One robot of a load process over a real socket. Tells everything it does and sees. */
export interface LoadRobot {
  readonly sn: string;
  readonly phase: Phase;
  start(): void;
  /** Leaves no timer and no socket. */
  stop(): void;
  heartbeat(): void;
  /** The dog's own watchdog: ends a connection on which nothing came since then. @param since monotonic ms */
  endIfSilent(since: number): void;
  /** Something happens to a dog that is on the line. */
  suffer(fault: Fault): void;
}
