import { connect, type Socket } from "node:net";
import { closeCodeOf, encodeClientFrame, encodeClose, FrameReader, OPCODE, readHttpHead } from "./wire.ts";

export interface PipeTarget {
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** Extra header lines, each ended by CR LF. */
  readonly headers?: string;
  /** Source address, to spread many dogs over 127.0.0.2-9. */
  readonly localAddress?: string;
  /** For the whole of connect and handshake (ms). */
  readonly timeoutMs: number;
}

export type PipeEnd =
  /** It had been open. `code` is the close frame's, 1006 where none came; `error` the socket's. */
  | { readonly type: "closed"; readonly code: number; readonly error: string | null }
  /** Answered in plain HTTP. */
  | { readonly type: "refused"; readonly status: number; readonly retryAfterS: number | null }
  | { readonly type: "failed"; readonly error: string };

export interface PipeHandlers {
  opened(): void;
  text(text: string): void;
  /** Once, last. */
  ended(end: PipeEnd): void;
}

const KEY = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
/** How long the TCP connection may outlive the close frames (ms). */
const LINGER_MS = 5_000;

/** One dial and what comes of it: a WebSocket by hand, a few hundred bytes each, so that one process plays 10,000 dogs. */
export class Pipe {
  /** Monotonic ms of the last bytes that came. */
  heardAt = 0;
  readonly #handlers: PipeHandlers;
  readonly #socket: Socket;
  readonly #pongsEcho: boolean;
  #reader: FrameReader | undefined;
  #head: Buffer = Buffer.alloc(0);
  #error: string | null = null;
  #done = false;

  /** @param pongsEcho false sends empty pongs, as the seed's client does */
  constructor(target: PipeTarget, pongsEcho: boolean, handlers: PipeHandlers) {
    this.#handlers = handlers;
    this.#pongsEcho = pongsEcho;
    const { host, port, localAddress } = target;
    const socket = connect({ host, port, noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) });
    this.#socket = socket;
    socket.setTimeout(target.timeoutMs, () => this.#fail("timeout"));
    socket.on("connect", () => {
      const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
      socket.write(
        `GET ${target.path} HTTP/1.1\r\nHost: ${host}:${port}\r\n${upgrade}${KEY}${target.headers ?? ""}\r\n`,
      );
    });
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.#error = error.code ?? error.message;
    });
    socket.on("close", () => this.#over());
  }

  get isOpen(): boolean {
    return this.#reader !== undefined && !this.#done;
  }

  send(text: string): void {
    if (this.isOpen) this.#socket.write(encodeClientFrame(OPCODE.text, text));
  }

  /** A close frame, then the pipe is let go: no handler is called any more. */
  goodbye(code: number): void {
    if (this.isOpen) this.#socket.write(encodeClose(code));
    this.#done = true;
    this.#linger();
  }

  /** RST. The end is told as a closed pipe, which is what a dog sees of a broken network. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** FIN without a close frame. */
  hangUp(): void {
    this.#socket.destroySoon();
  }

  /** Reads, answers and sends nothing from now on; the peer hears no more of it than of a dead robot. */
  freeze(): void {
    this.#socket.pause();
  }

  /** No handler is called after it. */
  abandon(): void {
    this.#done = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.heardAt = performance.now();
    if (this.#done) return;
    if (this.#reader) {
      this.#frames(this.#reader, chunk);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const head = readHttpHead(this.#head);
    if (!head) return;
    const rest = this.#head.subarray(head.length);
    this.#head = Buffer.alloc(0);
    if (head.status !== 101) {
      this.#end({ type: "refused", status: head.status, retryAfterS: head.retryAfterS });
      this.#socket.destroy();
      return;
    }
    this.#socket.setTimeout(0);
    this.#reader = new FrameReader();
    this.#handlers.opened();
    if (rest.length > 0) this.#frames(this.#reader, rest);
  }

  #frames(reader: FrameReader, chunk: Buffer): void {
    for (const frame of reader.push(chunk)) {
      if (this.#done) return;
      if (frame.opcode === OPCODE.text) this.#handlers.text(frame.payload.toString());
      else if (frame.opcode === OPCODE.ping) {
        this.#socket.write(encodeClientFrame(OPCODE.pong, this.#pongsEcho ? frame.payload : ""));
      } else if (frame.opcode === OPCODE.close) {
        const code = closeCodeOf(frame);
        this.#socket.write(code === 1005 ? encodeClientFrame(OPCODE.close) : encodeClose(code));
        this.#end({ type: "closed", code, error: null });
        this.#linger();
      }
    }
  }

  #linger(): void {
    this.#socket.setTimeout(LINGER_MS, () => this.#socket.destroy());
  }

  #fail(error: string): void {
    this.#error ??= error;
    this.#socket.destroy();
  }

  #over(): void {
    if (this.#reader) this.#end({ type: "closed", code: 1006, error: this.#error });
    else this.#end({ type: "failed", error: this.#error ?? "closed before an answer" });
  }

  #end(end: PipeEnd): void {
    if (this.#done) return;
    this.#done = true;
    this.#handlers.ended(end);
  }
}
