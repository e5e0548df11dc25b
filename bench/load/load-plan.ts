import { type Random, seededRandom } from "#lib/testing/random.ts";
import type { Fault } from "./robot.ts";

/** What a load process plays. Sent to it once, as its first message. */
export interface LoadPlan {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly dogs: number;
  /** Serial numbers are `<prefix>-00001` and up. */
  readonly prefix: string;
  /** Of every dog: how likely it is the seed's client, 0 to 1. */
  readonly seedShare: number;
  /** The first so many of the dogs run the product's own client. */
  readonly clients: number;
  readonly seed: number;
  /** File of what the dogs saw, appended to. */
  readonly witness: string;
}

export type LoadOrder =
  /** Without `perSecond` all at once. */
  | { readonly order: "start"; readonly perSecond?: number }
  /** Something happens to dogs picked among those that are up. */
  | { readonly order: "suffer"; readonly fault: Fault | "mix"; readonly count: number }
  | { readonly order: "stop" };

export interface LoadCounts {
  readonly dogs: number;
  readonly up: number;
  readonly frozen: number;
  readonly gaveUp: number;
  readonly dials: number;
  readonly logins: number;
  readonly refused: number;
  readonly failed: number;
  readonly closed: number;
}

/** A dog that broke off by RST, FIN or goodbye, or froze. */
const MIX: readonly [Fault, number][] = [
  ["reset", 0.4],
  ["fin", 0.3],
  ["goodbye", 0.2],
  ["freeze", 0.1],
];

export function pickFault(random: Random): Fault {
  let left = random();
  for (const [fault, share] of MIX) {
    if (left < share) return fault;
    left -= share;
  }
  return "reset";
}

export interface DogPart {
  readonly sn: string;
  readonly kind: "seed" | "leash" | "client";
  readonly localAddress: string;
}

/** Who the dogs are: the same for the same plan. */
export function castOf({ dogs, prefix, seedShare, clients, seed }: LoadPlan): DogPart[] {
  const random = seededRandom(seed);
  return Array.from({ length: dogs }, (_, index) => {
    const kind = random() < seedShare ? "seed" : "leash";
    return {
      sn: `${prefix}-${String(index + 1).padStart(5, "0")}`,
      kind: index < clients ? "client" : kind,
      localAddress: `127.0.0.${2 + (index % 8)}`,
    };
  });
}
