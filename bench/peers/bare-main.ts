// The bare `ws` server: parses the same JSON, answers the same bytes, and does nothing else.
// `--broadcast` also tells watchers (path /watch) of every login and end, one message each.
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { changeOf, heartbeatAnswer, loginAnswer, sayListening } from "./answers.ts";

interface Request {
  readonly service: string;
  readonly request_id: string;
  readonly args: { readonly sn?: string };
}

const broadcasting = process.argv.includes("--broadcast");
const watchers = new Set<WebSocket>();
const server = createServer();
const wss = new WebSocketServer({ server, perMessageDeflate: false });
let sessions = 0;

wss.on("connection", (ws, request) => {
  ws.on("error", () => {});
  if (request.url === "/watch") {
    watchers.add(ws);
    ws.on("close", () => watchers.delete(ws));
    return;
  }
  let sn = "";
  ws.on("message", (data) => {
    const { service, request_id: requestId, args } = JSON.parse(String(data)) as Request;
    if (service === "/api/heartbeat") ws.send(JSON.stringify(heartbeatAnswer(requestId)));
    else if (service === "/api/user/login") {
      sn = args.sn ?? "";
      ws.send(JSON.stringify(loginAnswer(requestId, ++sessions)));
      if (broadcasting) tell(sn, "connected");
    }
  });
  if (broadcasting) ws.on("close", () => tell(sn, "reconnecting"));
});

function tell(sn: string, state: string): void {
  const text = JSON.stringify(changeOf(sn, state));
  for (const watcher of watchers) watcher.send(text);
}

server.listen(0, "127.0.0.1", () => sayListening(server));
