import { type Decoded, decodeValue, parseJson } from "#lib/protocol/codec.ts";
import { type DogMessage, dogMessage, HEARTBEAT_SERVICE } from "#lib/protocol/messages.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

/** One dog message, or why it is none (safe to show). Heartbeats, most of the traffic, skip the schema. Never throws. */
export function decodeRequest(text: string): Decoded<DogMessage> {
  const json = parseJson(text);
  if (!json.ok) return json;
  if (isPlainHeartbeat(json.message)) return { ok: true, message: json.message };
  const decoded = decodeValue(dogMessage, json.message);
  return decoded.ok ? decoded : { ok: false, reason: safeText(decoded.reason) };
}

/** True for exactly what the schema accepts as a heartbeat. */
function isPlainHeartbeat(value: unknown): value is DogMessage {
  if (typeof value !== "object" || value === null) return false;
  if (!("op" in value && value.op === "galbot_request")) return false;
  if (!("service" in value && value.service === HEARTBEAT_SERVICE)) return false;
  if (!("request_id" in value && typeof value.request_id === "string" && value.request_id.length <= 128)) return false;
  return "args" in value && typeof value.args === "object" && value.args !== null && !Array.isArray(value.args);
}
