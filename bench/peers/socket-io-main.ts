// Socket.IO with acknowledgements: the dog emits `galbot_request`, the answer is the acknowledgement.
// `--broadcast` also tells the room "watchers" of every login and end, one event each.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { changeOf, heartbeatAnswer, loginAnswer, sayListening } from "./answers.ts";

interface Request {
  readonly service: string;
  readonly request_id: string;
  readonly args: { readonly sn?: string };
}

const broadcasting = process.argv.includes("--broadcast");
const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });
let sessions = 0;

io.on("connection", (socket) => {
  let sn = "";
  socket.on("watch", () => void socket.join("watchers"));
  socket.on(
    "galbot_request",
    ({ service, request_id: requestId, args }: Request, acknowledge: (answer: object) => void) => {
      if (service === "/api/heartbeat") acknowledge(heartbeatAnswer(requestId));
      else if (service === "/api/user/login") {
        sn = args.sn ?? "";
        acknowledge(loginAnswer(requestId, ++sessions));
        if (broadcasting) io.to("watchers").emit("change", changeOf(sn, "connected"));
      }
    },
  );
  if (broadcasting) {
    socket.on("disconnect", () => {
      if (sn !== "") io.to("watchers").emit("change", changeOf(sn, "reconnecting"));
    });
  }
});

server.listen(0, "127.0.0.1", () => sayListening(server));
