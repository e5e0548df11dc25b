import type { Clock } from "#lib/clock/clock.ts";
import type { Outage } from "./faulty-network.ts";

/** What a dog did or met, for the log that is the truth of a run. */
export type DogAct =
  | { readonly act: "dial" | "refused_dial" | "login" | "refused_login" | "gave_up" | "started" | "stopped" }
  | { readonly act: "drop"; readonly how: string }
  | { readonly act: "fault"; readonly kind: string };

export type DogPhase = "idle" | "dialing" | "waiting" | "signing_in" | "up" | "refused" | "silent" | "gave_up";

/** Who a robot of the fleet is. */
export interface Identity {
  readonly sn: string;
  readonly cohort: string;
  readonly appId: string;
  readonly site: string;
  readonly network: string;
  readonly firmware: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The primary first; the seed's client knows no other. */
  readonly servers: readonly [string, ...string[]];
  /** Source address, to spread many dogs over 127.0.0.2-9. */
  readonly localAddress?: string;
}

export interface RobotContext {
  readonly token: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly act: (sn: string, act: DogAct) => void;
}

/** One robot over real sockets, with faults inflicted from outside. `stop` leaves no timer and no socket. */
export interface Robot {
  readonly identity: Identity;
  readonly phase: DogPhase;
  start(): void;
  stop(): Promise<void>;
  /** The network goes away for `awayMs`: by RST, by FIN, or with no word at all. */
  cutNetwork(how: Outage, awayMs: number): void;
  /** One of its gateways alone cannot be reached. */
  block(url: string, ms: number): void;
  /** Stops as its software does, rests, and comes back as a fresh start. */
  sayGoodbye(restMs: number): void;
  /** Signs in with a wrong token for `ms`, starting with a new connection. */
  loseToken(ms: number): void;
  /** Drops `times` times, each a few seconds after it came back. */
  flap(times: number): void;
  /** Never dials again: battery, lift shaft, crash. */
  die(): void;
}

/** What is said instead of the token while that is lost. */
export const WRONG_TOKEN = "expired-token";
/** The pause between two drops of a flap: least, and what chance adds, ms. */
export const FLAP_PAUSE_MS = [8_000, 15_000] as const;
