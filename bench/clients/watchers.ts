import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Order, Report, Watching } from "./orders.ts";
import { clientFrame, eachFrame, PING, PONG, TEXT } from "./wire.ts";

type Watch = Extract<Order, { do: "watch" }>;

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const TARGET: Readonly<Record<Watching, string>> = {
  sse: "/api/events",
  ws: "/watch",
  "socket.io": "/socket.io/?EIO=4&transport=websocket",
};
const JOIN = clientFrame(TEXT, "40");
const WATCH = clientFrame(TEXT, '42["watch"]');
const ENGINE_PONG = clientFrame(TEXT, "3");
const PONG_FRAME = clientFrame(PONG, "");
const HEAD_END = "\r\n\r\n";
const OPENS_WITHIN_MS = 10_000;

/** Browsers that take what they are sent: they count messages and bytes and keep neither. */
export class Watchers {
  readonly #order: Watch;
  readonly #sockets: Socket[] = [];
  #open = 0;
  #messages = 0;
  #bytes = 0;
  #lost = 0;
  #openedAt = 0;

  constructor(order: Watch) {
    this.#order = order;
  }

  /** Resolves once all of them listen. */
  async open(): Promise<Report> {
    for (let i = 0; i < this.#order.browsers; i++) this.#connect();
    const late = performance.now() + OPENS_WITHIN_MS;
    while (this.#open < this.#order.browsers) {
      if (performance.now() > late) throw new Error(`only ${this.#open} of ${this.#order.browsers} browsers listen`);
      await sleep(5);
    }
    this.#messages = 0;
    this.#bytes = 0;
    this.#openedAt = performance.now();
    return this.#report();
  }

  /** What they received since `open`. Rejects where one was cut. */
  async close(): Promise<Report> {
    const report = this.#report();
    for (const socket of this.#sockets) socket.removeAllListeners("close").destroy();
    if (this.#lost > 0) throw new Error(`${this.#lost} browsers were cut`);
    return report;
  }

  #report(): Report {
    return {
      answers: this.#messages,
      answerBytes: this.#bytes,
      wallMs: performance.now() - this.#openedAt,
      latency: null,
      refusals: 0,
      driverCpuSeconds: 0,
    };
  }

  #connect(): void {
    const { port, how } = this.#order;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#sockets.push(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#lost++);
    socket.write(`GET ${TARGET[how]} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${how === "sse" ? "" : UPGRADE}\r\n`);
    let head = "";
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      let bytes = chunk;
      if (!head.includes(HEAD_END)) {
        head += chunk.toString("latin1");
        const end = head.indexOf(HEAD_END);
        if (end === -1) return;
        if (!head.startsWith(how === "sse" ? "HTTP/1.1 200" : "HTTP/1.1 101")) {
          throw new Error(`a browser was refused: ${head.slice(0, 60)}`);
        }
        if (how !== "socket.io") this.#open++;
        bytes = Buffer.from(head.slice(end + HEAD_END.length), "latin1");
      }
      if (how === "sse") {
        this.#messages += countEvents(bytes);
        return;
      }
      const all = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const done = eachFrame(all, 0, all.length, (opcode, frame, start) => this.#onFrame(socket, opcode, frame, start));
      rest = Buffer.from(all.subarray(done));
    });
  }

  #onFrame(socket: Socket, opcode: number, bytes: Buffer, start: number): void {
    if (opcode === PING) socket.write(PONG_FRAME);
    if (opcode !== TEXT) return;
    if (this.#order.how === "ws") {
      this.#messages++;
      return;
    }
    const type = bytes.toString("latin1", start, start + 2);
    if (type.startsWith("0")) socket.write(JOIN);
    else if (type === "2") socket.write(ENGINE_PONG);
    else if (type === "40") {
      socket.write(WATCH);
      this.#open++;
    } else if (type === "42") this.#messages++;
  }
}

const EVENT = Buffer.from("\nevent: ");

/** Server-sent events that begin in `bytes`; one cut in two by the network counts once. */
function countEvents(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(EVENT); at !== -1; at = bytes.indexOf(EVENT, at + EVENT.length)) count++;
  return count;
}
