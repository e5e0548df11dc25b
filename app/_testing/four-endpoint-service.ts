import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How the stand-in wraps its list: Go handlers in the field do each of these. */
export type ListShape = "array" | "wrapped" | "map" | "null";

export interface StandInDog {
  isConnected?: boolean;
  attempts?: number;
  reason?: string;
  /** Go duration until the next retry; negative ones are sent as they are. */
  untilRetry?: string;
  nextRetryTime?: string;
  delay?: string;
}

export interface FourEndpointService {
  readonly url: string;
  readonly dogs: Map<string, StandInDog>;
  /** `METHOD path` of every request, in order. */
  readonly requests: string[];
  /** `Authorization` of every request. */
  readonly tokens: (string | undefined)[];
  shape: ListShape;
  /** ok answers, garbage answers HTML with 200, hang never answers. */
  mode: "ok" | "garbage" | "hang";
  /** Methods `active` answers to. */
  activeMethods: readonly string[];
  close(): Promise<void>;
}

/** A stand-in for a plain Go service with only the seed's four endpoints and no `Leash-Version`. Listens on loopback, port 0 unless said. */
export async function startFourEndpointService(port = 0): Promise<FourEndpointService> {
  const server = createServer((request, response) => void answer(service, request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const service: FourEndpointService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dogs: new Map(),
    requests: [],
    tokens: [],
    shape: "array",
    mode: "ok",
    activeMethods: ["GET", "POST"],
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return service;
}

async function answer(service: FourEndpointService, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "").split("?")[0] ?? "";
  service.requests.push(`${request.method} ${path}`);
  service.tokens.push(request.headers.authorization);
  const body = await readBody(request);
  if (service.mode === "hang") return;
  if (service.mode === "garbage") {
    send(response, 200, "<html>welcome</html>", "text/html");
    return;
  }
  const [status, value] = route(service, request.method ?? "GET", path, body);
  send(response, status, JSON.stringify(value));
}

function route(service: FourEndpointService, method: string, path: string, body: string): [number, unknown] {
  if (path === "/api/reconnection/active" && service.activeMethods.includes(method)) return [200, wrap(service)];
  if (method !== "POST") return [404, { error: "not found" }];
  const sn = String((JSON.parse(body || "{}") as { client_id?: string }).client_id ?? "");
  const dog = service.dogs.get(sn);
  switch (path) {
    case "/api/reconnection/status":
      return dog === undefined ? [404, { error: "unknown client" }] : [200, record(sn, dog)];
    case "/api/reconnection/force":
      return dog === undefined ? [404, { error: "unknown client" }] : [200, { message: "ok" }];
    case "/api/reconnection/cleanup":
      return [200, { message: "cleaned" }];
    default:
      return [404, { error: "not found" }];
  }
}

function wrap({ shape, dogs }: FourEndpointService): unknown {
  const out = [...dogs].filter(([, dog]) => dog.isConnected !== true);
  const list = out.map(([sn, dog]) => record(sn, dog));
  switch (shape) {
    case "array":
      return list;
    case "wrapped":
      return { code: 0, message: "success", data: { total: list.length, list } };
    case "map":
      return Object.fromEntries(list.map(({ client_id, ...fields }) => [client_id, fields]));
    case "null":
      return { active: null };
  }
}

function record(sn: string, dog: StandInDog) {
  return {
    client_id: sn,
    is_connected: dog.isConnected ?? false,
    reconnection_attempts: dog.attempts ?? 0,
    next_retry_time: dog.nextRetryTime ?? "0001-01-01T00:00:00Z",
    time_until_retry: dog.untilRetry ?? "0s",
    failure_reason: dog.reason ?? "",
    current_delay: dog.delay ?? "1s",
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

function send(response: ServerResponse, status: number, text: string, type = "application/json"): void {
  response.writeHead(status, { "content-type": type });
  response.end(text);
}
