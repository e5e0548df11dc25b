import type { Clock } from "#lib/clock/clock.ts";
import type { DogCredentials } from "#server/auth/dog-credentials.ts";
import { Admission, KEPT_FOR_PROVEN, type Turn } from "./admission.ts";
import type { GatewayConfig } from "./gateway-options.ts";
import type { OccasionalLog } from "./occasional-log.ts";
import type { Revocations } from "./revocations.ts";
import type { Roster } from "./roster.ts";
import type { Handshake, Refusal } from "./socket.ts";

/** What is known of a handshake's token. */
export type HandshakeToken =
  | { readonly status: "none" }
  | { readonly status: "bad" }
  | { readonly status: "fleet" }
  | { readonly status: "dog"; readonly sn: string };

export interface FrontDoorOptions {
  readonly clock: Clock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  readonly credentials: DogCredentials;
  readonly config: GatewayConfig;
  readonly roster: Roster;
  readonly revocations: Revocations;
  readonly complaints: OccasionalLog;
}

const RECENT_MS = 600_000;

/** Who may shake hands. Refuses in plain HTTP before any allocation: the one refusal the seed's client backs off from. */
export class FrontDoor {
  readonly #o: FrontDoorOptions;
  readonly #admission: Admission;
  /** Dogs that logged in well on a socket that showed their own token, and when (monotonic ms). */
  readonly #recent = new Map<string, number>();

  constructor(options: FrontDoorOptions) {
    const { config, random, clock } = options;
    this.#o = options;
    this.#admission = new Admission({
      perSecond: config.handshakesPerSecond,
      burst: config.handshakeBurst,
      mostWaitMs: config.handshakeWaitMs,
      random,
      now: clock.monotonic(),
    });
  }

  /** Dogs remembered for their own token. */
  get size(): number {
    return this.#recent.size;
  }

  tokenOf({ token }: Handshake): HandshakeToken {
    if (token === undefined) return { status: "none" };
    const owner = this.#o.credentials.ownerOf(token);
    return owner.status === "unknown" ? { status: "bad" } : owner;
  }

  /** Undefined where the handshake may go on at once. */
  verdictOn(handshake: Handshake, token: HandshakeToken): Refusal | Turn | undefined {
    const { credentials, revocations, clock } = this.#o;
    if (!credentials.configured) return this.#unconfigured();
    if (token.status === "bad" && isRefusable(handshake, credentials.urlSafe)) return this.#badToken(handshake);
    if (token.status === "dog" && revocations.refuses(token.sn)) return { status: 401, message: "revoked" };
    if (!this.#hasRoom(token)) return this.#full();
    return this.#admission.check(clock.monotonic(), isProven(token));
  }

  /** The same for one that waited for its turn: others may have taken the room meanwhile. */
  verdictAfterWait(token: HandshakeToken): Refusal | undefined {
    return this.#hasRoom(token) ? undefined : this.#full();
  }

  /** The answer to every upgrade of a drain. */
  draining(): Refusal {
    return this.#admission.leaving("draining");
  }

  /** This dog logged in well. Only a token of its own names it at the next handshake: any other is not worth remembering. */
  accepted(sn: string, handshake: Handshake): void {
    const token = this.tokenOf(handshake);
    if (token.status === "dog" && token.sn === sn) this.#recent.set(sn, this.#o.clock.monotonic());
  }

  /** Forgets what is old. Call now and then. */
  sweep(): void {
    const now = this.#o.clock.monotonic();
    for (const [sn, at] of this.#recent) if (now - at >= RECENT_MS) this.#recent.delete(sn);
  }

  /** Sockets that prove nothing cannot take the last places from dogs that show their token. */
  #hasRoom(token: HandshakeToken): boolean {
    const { config, roster, clock } = this.#o;
    const own = token.status === "dog" ? token.sn : undefined;
    if (roster.sessions >= config.maxDogs && (own === undefined || !roster.sessionOf(own))) return false;
    const share = isProven(token) ? 1 : 1 - KEPT_FOR_PROVEN;
    if (roster.connections.size >= config.maxSockets * share) return false;
    if (roster.idle < config.maxIdleSockets * share) return true;
    const at = own === undefined ? undefined : this.#recent.get(own);
    return at !== undefined && clock.monotonic() - at < RECENT_MS;
  }

  #full(): Refusal {
    return this.#admission.overloaded("too many sockets");
  }

  #badToken({ remoteAddress }: Handshake): Refusal {
    this.#o.complaints.warn("bad_token", { remoteAddress }, "handshake refused: unknown token");
    return { status: 401, message: "unknown token" };
  }

  #unconfigured(): Refusal {
    const message = "a dog was refused: neither DOG_SHARED_TOKEN nor DOG_TOKENS_FILE is set";
    this.#o.complaints.warn("unconfigured", {}, message);
    return { status: 401, message: "no dog credential is set up" };
  }
}

function isProven({ status }: HandshakeToken): boolean {
  return status === "fleet" || status === "dog";
}

/** A bad token in the query means nothing where tokens are mangled by the URL: then the login decides. */
function isRefusable(handshake: Handshake, urlSafe: boolean): boolean {
  return urlSafe || handshake.tokenFrom === "header";
}
