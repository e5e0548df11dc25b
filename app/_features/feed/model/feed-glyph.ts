import type { GlyphState } from "#app/_components/ui/state-glyph.tsx";
import type { FeedEvent } from "#lib/contracts/fleet.ts";

/** The silhouette of what the event made of its dog. */
export function feedGlyph(event: FeedEvent): GlyphState {
  switch (event.type) {
    case "dog.connected":
      return event.outage_ms === null ? "connected" : "settling";
    case "dog.stable":
    case "dog.heard":
    case "gateway.started":
      return "connected";
    case "dog.silent":
      return "silent";
    case "dog.disconnected":
      return dropGlyph(event);
    case "dog.attempt_failed":
      return event.reason_code === "auth_failed" ? "refused" : "reconnecting";
    case "dog.retired":
      return "retired";
    case "gateway.stopped":
    case "gateway.lost":
    case "journal.gap":
      return "unknown";
    case "record.cleaned":
    case "policy.changed":
      return "offline";
    case "force.failed":
      return "gave_up";
    default:
      return "forced";
  }
}

function dropGlyph({ reason_code }: FeedEvent): GlyphState {
  if (reason_code === "auth_failed") return "refused";
  if (reason_code === "forced_reconnect") return "forced";
  return reason_code === "normal_closure" || reason_code === "session_replaced" ? "offline" : "reconnecting";
}
