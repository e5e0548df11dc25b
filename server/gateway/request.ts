import { type Decoded, decodeValue, parseJson } from "#lib/protocol/codec.ts";
import { type DogMessage, dogMessage, HEARTBEAT_SERVICE } from "#lib/protocol/messages.ts";
import { plainDogMessage } from "#lib/protocol/plain-shapes.ts";
import { safeText } from "#lib/protocol/safe-text.ts";

/** A heartbeat as the seed's client writes it (Go sorts the keys) and as ours does: most of all traffic. */
const BEAT_OF_SEED =
  /^\{"args":\{\},"op":"galbot_request","request_id":"([A-Za-z0-9_-]{1,128})","service":"\/api\/heartbeat"\}\n?$/;
const BEAT_OF_LEASH =
  /^\{"op":"galbot_request","service":"\/api\/heartbeat","args":\{\},"request_id":"([A-Za-z0-9_-]{1,128})"\}$/;

/** One dog message, or why it is none (safe to show). Plain heartbeats skip the parser. Never throws. */
export function decodeRequest(text: string): Decoded<DogMessage> {
  const beat = (BEAT_OF_SEED.exec(text) ?? BEAT_OF_LEASH.exec(text))?.[1];
  if (beat !== undefined) {
    return { ok: true, message: { op: "galbot_request", service: HEARTBEAT_SERVICE, args: {}, request_id: beat } };
  }
  const json = parseJson(text);
  if (!json.ok) return json;
  const plain = plainDogMessage(json.message);
  return plain ? { ok: true, message: plain } : bySchema(json.message);
}

/** As `decodeRequest`, by parser and schema alone. */
export function decodeAny(text: string): Decoded<DogMessage> {
  const json = parseJson(text);
  return json.ok ? bySchema(json.message) : json;
}

function bySchema(value: unknown): Decoded<DogMessage> {
  const decoded = decodeValue(dogMessage, value);
  return decoded.ok ? decoded : { ok: false, reason: safeText(decoded.reason) };
}
