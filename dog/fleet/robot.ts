import type { Clock } from "#lib/clock/clock.ts";
import type { Outage } from "./faulty-network.ts";

/** What went over one of a dog's lines. `line` counts its dials from 1; instants are epoch ms. */
export type LineAct =
  | { readonly act: "dial"; readonly line: number; readonly server: string }
  | {
      readonly act: "refused_dial";
      readonly line: number;
      readonly error: string | null;
      readonly status: number | null;
    }
  | { readonly act: "open" | "login_sent"; readonly line: number }
  /** From here on nothing leaves on this line, until it is `left`. */
  | { readonly act: "silence"; readonly line: number; readonly heard: Heard }
  /** The robot ended it, or its network did: so the gateway sees it. */
  | { readonly act: "left"; readonly line: number; readonly how: Leaving; readonly heard: Heard }
  /** The other end closed or broke it. */
  | {
      readonly act: "ended";
      readonly line: number;
      readonly code: number | null;
      readonly error: string | null;
      readonly heard: Heard;
    };

/** When a frame last went over the line, and the time before that: the newest may be lost with the line's end. */
export type Heard = readonly [last: number, before: number];
export type Leaving = "reset" | "fin" | "close" | "terminate";

/** What a dog did or met, for the log that is the truth of a run. */
export type DogAct =
  | LineAct
  | {
      readonly act: "started";
      readonly kind: "seed" | "leash";
      readonly cohort: string;
      readonly app: string;
      readonly site: string;
      readonly network: string;
      readonly firmware: string;
    }
  | { readonly act: "gave_up" | "stopped" }
  | {
      readonly act: "login";
      readonly line: number;
      readonly session: string | null;
      /** As reported with it; the seed's client reports none. */
      readonly outage: { readonly id: string; readonly durationMs: number; readonly dials: number } | null;
    }
  | { readonly act: "refused_login"; readonly line: number; readonly code: number }
  /** The session's end as the dog saw it. */
  | { readonly act: "drop"; readonly line: number; readonly how: string }
  | { readonly act: "wait"; readonly delayMs: number; readonly attempt: number | null }
  /** `forMs`: how long it lasts; null where it has no such time. */
  | { readonly act: "fault"; readonly kind: string; readonly forMs: number | null };

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

/** The act of a start, with what the log's reader has to know of the dog. */
export function started({ cohort, appId, site, network, firmware }: Identity, kind: "seed" | "leash"): DogAct {
  return { act: "started", kind, cohort, app: appId, site, network, firmware };
}
