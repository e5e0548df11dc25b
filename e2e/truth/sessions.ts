import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { DogLink, DogStory } from "./read-log.ts";
import type { TruthSettings } from "./settings.ts";
import { plus, type Span } from "./span.ts";

/** How a session ended, as the outage table of DESIGN section 4 divides it. */
export type EndKind = "network" | "goodbye" | "forced" | "server" | "auth";

export interface SessionEnd {
  readonly kind: EndKind;
  readonly reasons: readonly ReasonCode[];
  /** When the gateway knows of it. */
  readonly at: Span;
  /** Last frame the gateway heard. */
  readonly heard: Span;
}

/** One login as the gateway must have seen it. */
export interface Session {
  readonly line: number;
  readonly start: Span;
  /** False: the login left the dog and its answer never came. The gateway may have read it or not. */
  readonly isSure: boolean;
  /** When it was filed as silent. */
  readonly silentFrom: Span | null;
  /** Each way it may have ended; null among them where it may still last. */
  readonly ends: readonly (SessionEnd | null)[];
}

const ROUNDING_MS = 2;

/** The sessions of a dog, oldest first. */
export function sessionsOf({ links }: DogStory, settings: TruthSettings): readonly Session[] {
  return links.flatMap((link) => sessionOf(link, settings) ?? []);
}

function sessionOf(link: DogLink, settings: TruthSettings): Session | null {
  const { loginSentAt, login, refusedAt, silence } = link;
  if (loginSentAt === null || refusedAt !== null) return null;
  const { latencyMs, stampMs, wheelMs } = settings.tolerance;
  const start: Span = login ? [loginSentAt, login.at + stampMs] : [loginSentAt, loginSentAt + latencyMs];
  const heard = silence && heardSpan(silence.heard, null, settings);
  return {
    line: link.line,
    start,
    // Frozen after it was sent: what the kernel had taken arrives.
    isSure: login !== null || silence !== null,
    silentFrom: heard && plus(heard, settings.silentAfterMs, settings.silentAfterMs + wheelMs),
    ends: heard ? silentEnds(link, heard, settings) : [loudEnd(link, settings)],
  };
}

/**
 * Nothing leaves a dog in silence: its gateway hears of the end when the network is back (RST), or gives up on the session
 * itself, whichever is first. Where they come close together it may be either.
 */
function silentEnds(link: DogLink, heard: Span, settings: TruthSettings): readonly (SessionEnd | null)[] {
  const { latencyMs, wheelMs } = settings.tolerance;
  const timeout = plus(heard, settings.readTimeoutMs, settings.readTimeoutMs + wheelMs);
  const backAt = link.left?.at ?? Number.POSITIVE_INFINITY;
  const ends: SessionEnd[] = [];
  if (backAt <= timeout[1]) {
    ends.push({ kind: "network", reasons: ["peer_reset"], at: [backAt, backAt + latencyMs], heard });
  }
  if (backAt + latencyMs >= timeout[0]) {
    const at: Span = [timeout[0], Math.max(timeout[0], Math.min(timeout[1], backAt + latencyMs))];
    ends.push({ kind: "network", reasons: ["network_timeout"], at, heard });
  }
  return ends;
}

function loudEnd({ left, ended }: DogLink, settings: TruthSettings): SessionEnd | null {
  const { latencyMs, stampMs } = settings.tolerance;
  if (left) {
    const at: Span = [left.at, left.at + latencyMs];
    const heard = heardSpan(left.heard, left.at, settings);
    switch (left.how) {
      case "reset":
        return { kind: "network", reasons: ["peer_reset"], at, heard };
      case "fin":
        return { kind: "network", reasons: ["abnormal_closure"], at, heard };
      case "terminate":
        return { kind: "network", reasons: ["abnormal_closure", "peer_reset"], at, heard };
      case "close":
        return { kind: "goodbye", reasons: ["normal_closure"], at, heard };
    }
  }
  if (!ended) return null;
  const at: Span = [ended.at - latencyMs, ended.at + stampMs];
  const heard = heardSpan(ended.heard, ended.at, settings);
  if (ended.code === 4000) return { kind: "forced", reasons: ["forced_reconnect"], at, heard };
  if (ended.code === 4100) return { kind: "network", reasons: ["network_timeout"], at, heard };
  if (ended.code !== null && ended.code >= 4200 && ended.code < 4300)
    return { kind: "auth", reasons: ["auth_failed"], at, heard };
  return { kind: "server", reasons: ["server_error", "gateway_lost"], at, heard };
}

/**
 * The gateway's last frame from what went over the dog's end. A ping is answered as it comes; after an answer to the dog's own
 * request the request was the last; a frame on its way is lost to an RST that overtakes it.
 */
function heardSpan(
  [last, before]: readonly [number, number],
  endedAt: number | null,
  { tolerance: { latencyMs, stampMs } }: TruthSettings,
): Span {
  const mayBeOlder = last - before <= latencyMs || (endedAt !== null && endedAt - last <= latencyMs);
  // Two clocks are read and rounded on the way to one instant; the dog notes a frame once it is sent, on a busy core late.
  return [(mayBeOlder ? before : last) - ROUNDING_MS - stampMs, last + latencyMs];
}
