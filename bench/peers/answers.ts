import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** As long as a gateway's epoch, so that answers are of the same size. */
const EPOCH = "018bcfe5-6800-7000-8000-000000000001";

/** The answer to a login, as our gateway writes it. */
export function loginAnswer(requestId: string, session: number) {
  return {
    op: "galbot_response",
    service: "/api/user/login",
    result: true,
    code: 0,
    message: "ok",
    request_id: requestId,
    args: {
      session: `${EPOCH}.${session}`,
      heartbeat_ms: 30_000,
      stable_ms: 60_000,
      policy: { max_retries: 10, base_delay_ms: 1_000, max_delay_ms: 30_000 },
    },
  };
}

/** The answer to a heartbeat, as our gateway writes it. */
export function heartbeatAnswer(requestId: string) {
  return {
    op: "galbot_response",
    service: "/api/heartbeat",
    result: true,
    code: 0,
    message: "ok",
    request_id: requestId,
  };
}

/** What a peer tells browsers of one dog: the seed's seven fields. */
export function changeOf(sn: string, state: string) {
  const away = state === "reconnecting";
  return {
    client_id: sn,
    is_connected: !away,
    reconnection_attempts: away ? 1 : 0,
    next_retry_time: away ? new Date(Date.now() + 1_000).toISOString() : null,
    time_until_retry: away ? "1s" : null,
    failure_reason: away ? "对端重置连接" : null,
    current_delay: away ? "1s" : "0s",
  };
}

/** The line our gateway writes too, by which the bench learns the port. */
export function sayListening(server: Server): void {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, msg: "the gateway listens" })}\n`);
}
