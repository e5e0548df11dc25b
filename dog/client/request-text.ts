import { parseJson } from "#lib/protocol/codec.ts";
import { LOGIN_SERVICE, MAX_MESSAGE_BYTES } from "#lib/protocol/services.ts";
import { RequestError } from "./request-error.ts";

/**
 * A message as it goes over the wire. Throws a RequestError `invalid` for what every gateway refuses (docs/PROTOCOL.md P10,
 * P13): some of it costs the whole session.
 */
export function requestText(service: string, args: object, id: string): string {
  if (service === LOGIN_SERVICE) throw new RequestError("invalid", "the client signs in by itself");
  if (service.length < 1 || service.length > 128)
    throw new RequestError("invalid", "service: expected 1 to 128 characters");
  const text = JSON.stringify({ op: "galbot_request", service, args: plain(service, args), request_id: id });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new RequestError("invalid", `${service}: ${bytes} bytes, expected at most ${MAX_MESSAGE_BYTES}`);
  }
  const read = parseJson(text);
  if (!read.ok) throw new RequestError("invalid", `${service}: ${read.reason}`);
  return text;
}

/** What JSON makes of it: a cycle or a bigint has no text at all. */
function plain(service: string, args: object): unknown {
  try {
    return JSON.parse(JSON.stringify(args));
  } catch (cause) {
    throw new RequestError("invalid", `${service}: ${cause instanceof Error ? cause.message : "no JSON"}`);
  }
}
