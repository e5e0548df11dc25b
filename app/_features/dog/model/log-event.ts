import type { GlyphState } from "#app/_components/ui/state-glyph.tsx";
import type { FeedEvent } from "#lib/contracts/fleet.ts";

export type LogFilter = "all" | "connection" | "operator";

/** Key of the word for an event's kind, and its silhouette. */
export interface LogKind {
  readonly word:
    | "connected"
    | "stable"
    | "silent"
    | "heard"
    | "disconnected"
    | "goodbye"
    | "replaced"
    | "attemptFailed"
    | "retired"
    | "forceRequested"
    | "forceStarted"
    | "forceClosing"
    | "forceArmed"
    | "forceDialed"
    | "forceAuthenticated"
    | "forceStable"
    | "forceFailed"
    | "forceCancelled"
    | "cleaned"
    | "other";
  readonly glyph: GlyphState;
}

const KINDS: Readonly<Record<string, LogKind>> = {
  "dog.connected": { word: "connected", glyph: "connected" },
  "dog.stable": { word: "stable", glyph: "connected" },
  "dog.silent": { word: "silent", glyph: "silent" },
  "dog.heard": { word: "heard", glyph: "connected" },
  "dog.disconnected": { word: "disconnected", glyph: "reconnecting" },
  "dog.attempt_failed": { word: "attemptFailed", glyph: "refused" },
  "dog.retired": { word: "retired", glyph: "retired" },
  "force.requested": { word: "forceRequested", glyph: "forced" },
  "force.started": { word: "forceStarted", glyph: "forced" },
  "force.closing": { word: "forceClosing", glyph: "forced" },
  "force.armed": { word: "forceArmed", glyph: "forced" },
  "force.dialed": { word: "forceDialed", glyph: "forced" },
  "force.authenticated": { word: "forceAuthenticated", glyph: "forced" },
  "force.stable": { word: "forceStable", glyph: "forced" },
  "force.failed": { word: "forceFailed", glyph: "gave_up" },
  "force.cancelled": { word: "forceCancelled", glyph: "forced" },
  "record.cleaned": { word: "cleaned", glyph: "offline" },
};

export function logKind({ type, reason_code }: FeedEvent): LogKind {
  if (type === "dog.disconnected" && reason_code === "normal_closure") return { word: "goodbye", glyph: "offline" };
  if (type === "dog.disconnected" && reason_code === "session_replaced") return { word: "replaced", glyph: "offline" };
  if (type === "dog.disconnected" && reason_code === "forced_reconnect")
    return { word: "disconnected", glyph: "forced" };
  return KINDS[type] ?? { word: "other", glyph: "unknown" };
}

/** Operator's are the forces, retirements and cleanups; the rest is the connection's own life. */
export function logMatches(event: FeedEvent, filter: LogFilter): boolean {
  if (filter === "all") return true;
  const isOperator = event.type.startsWith("force.") || event.type === "dog.retired" || event.type === "record.cleaned";
  return isOperator === (filter === "operator");
}
