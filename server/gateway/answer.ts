import type { DogMessage, GatewayResponse } from "#lib/protocol/messages.ts";
import { HEARTBEAT_SERVICE } from "#lib/protocol/messages.ts";

export type RequestId = DogMessage["request_id"];

/** Answer codes of the wire (docs/PROTOCOL.md P5). */
export const ANSWER = {
  ok: { code: 0, message: "ok" },
  badRequest: { code: 400, message: "bad_request" },
  unauthorized: { code: 401, message: "unauthorized" },
  unknownService: { code: 404, message: "unknown_service" },
  otherDog: { code: 409, message: "conflict" },
  tooMany: { code: 429, message: "too_many" },
  overloaded: { code: 503, message: "overloaded" },
} as const;
export type AnswerKind = (typeof ANSWER)[keyof typeof ANSWER];

/** One `galbot_response` as text. `detail` follows the code's word and must be safe to show. */
export function answer(
  request: { readonly service: string; readonly requestId: RequestId },
  kind: AnswerKind,
  detail?: string,
  args?: GatewayResponse["args"],
): string {
  // What is undefined is left out of the text.
  const response: { [K in keyof GatewayResponse]: GatewayResponse[K] | undefined } = {
    op: "galbot_response",
    service: request.service,
    result: kind.code === 0,
    code: kind.code,
    message: detail === undefined ? kind.message : `${kind.message}: ${detail}`,
    request_id: request.requestId,
    args,
  };
  return JSON.stringify(response);
}

const BEAT = `{"op":"galbot_response","service":"${HEARTBEAT_SERVICE}","result":true,"code":0,"message":"ok"`;

/** The answer written most often, put together by hand. */
export function heartbeatAnswer(requestId: RequestId): string {
  return requestId === undefined ? `${BEAT}}` : `${BEAT},"request_id":${JSON.stringify(requestId)}}`;
}
