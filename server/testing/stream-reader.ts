import { connect, type Socket } from "node:net";
import { Waiters } from "./waiters.ts";

export interface ReadFrame {
  readonly id: string;
  readonly event: string;
  readonly data: Record<string, unknown>;
  /** `Date.now()` when it was read. */
  readonly at: number;
}

/** A reader of `GET /api/events` over a bare TCP socket, which can stop reading as a frozen browser does. */
export class StreamReader {
  readonly socket: Socket;
  readonly frames: ReadFrame[] = [];
  /** False keeps only the last frame. */
  keeps = true;
  closed = false;
  #text = "";
  readonly #waiters = new Waiters<this>(this);

  constructor(url: string, options: { readonly token?: string; readonly lastEventId?: string } = {}) {
    const { port, hostname } = new URL(url);
    this.socket = connect(Number(port), hostname);
    const headers = [
      "GET /api/events HTTP/1.1",
      "Host: localhost",
      ...(options.token === undefined ? [] : [`Authorization: Bearer ${options.token}`]),
      ...(options.lastEventId === undefined ? [] : [`Last-Event-ID: ${options.lastEventId}`]),
    ];
    this.socket.write(`${headers.join("\r\n")}\r\n\r\n`);
    this.socket.setEncoding("utf8");
    this.socket.on("data", (text: string) => this.#heard(text));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.closed = true;
      this.#waiters.tell();
    });
  }

  get lastId(): string {
    return this.frames.at(-1)?.id ?? "";
  }

  until(check: (reader: StreamReader) => boolean): Promise<this> {
    return this.#waiters.until(check);
  }

  /** Reads nothing more; what comes stays in the kernel, and then with the sender. */
  stall(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  stop(): void {
    this.socket.destroy();
  }

  #heard(text: string): void {
    // Chunk headers of HTTP stand on lines of their own between the frames, which are one chunk each.
    const parts = (this.#text + text).split("\n\n");
    this.#text = parts.pop() ?? "";
    for (const part of parts) {
      const [, id, event, data] = /id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(part) ?? [];
      if (id === undefined || event === undefined || data === undefined) continue;
      if (!this.keeps) this.frames.length = 0;
      this.frames.push({ id, event, data: JSON.parse(data), at: Date.now() });
    }
    this.#waiters.tell();
  }
}
