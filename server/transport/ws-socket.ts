import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { CLOSE, STANDARD_CLOSE } from "#lib/protocol/close-codes.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import type { Socket, SocketHandler } from "#server/gateway/socket.ts";
import * as death from "./death.ts";
import { PING, textFrame } from "./frame.ts";

/** Read of a peer that is being closed for what it sent; more waits in its own buffers until the pipe is destroyed. */
const MOST_HEARD_OUT_BYTES = 256 * 1024;

/** The WebSocket class the server makes, with room for its pipe: listeners are shared, so a dog costs no closures. */
export class DogWebSocket extends WebSocket {
  pipe: WsSocket | undefined;
}

/**
 * ws behind the gateway's port. Works out one cause of death from what the raw socket says of itself at the end: listeners
 * of our own would cost each dog some 600 B.
 */
export class WsSocket implements Socket {
  readonly remoteAddress: string;
  readonly #raw: Duplex;
  readonly #report: (error: unknown) => void;
  #ws: DogWebSocket | undefined;
  #handler: SocketHandler | undefined;
  #ownCode: number | undefined;
  #terminated = false;

  /** @param report told of what threw behind this socket */
  constructor(raw: Duplex, remoteAddress: string, report: (error: unknown) => void) {
    this.remoteAddress = remoteAddress;
    this.#report = report;
    this.#raw = raw;
  }

  /** Hands over the upgraded WebSocket and who listens to it. */
  attach(ws: DogWebSocket, handler: SocketHandler): void {
    this.#ws = ws;
    this.#handler = handler;
    ws.pipe = this;
    ws.on("message", onMessage);
    ws.on("ping", onPing);
    ws.on("pong", onPong);
    ws.on("close", onClose);
    ws.on("error", onError);
  }

  get bufferedBytes(): number {
    return this.#ws?.bufferedAmount ?? 0;
  }

  /** Whole frames past ws's own sender, which holds nothing back here: one write instead of two. */
  send(text: string, withPing = false): void {
    this.#write(textFrame(text, withPing ? PING : undefined));
  }

  ping(): void {
    this.#write(PING);
  }

  close(code: number, reason: string): void {
    this.#ownCode ??= code;
    this.#ws?.close(code, reason);
  }

  terminate(): void {
    this.#terminated = true;
    this.#ws?.terminate();
    if (this.#ws) stopParsing(this.#ws);
  }

  onFrame(text: string | undefined): void {
    this.#handler?.heard(text?.length);
    if (text !== undefined) this.#handler?.message(text);
  }

  onPong(): void {
    this.#handler?.heard();
    this.#handler?.pong();
  }

  /** What listens to this socket threw. That costs the dog its connection, and nobody else. */
  onFault(error: unknown): void {
    this.#report(error);
    this.#hearOut();
    this.#ws?.close(STANDARD_CLOSE.internalError.code, STANDARD_CLOSE.internalError.reason);
    try {
      this.#end(death.faultCause());
    } catch (second) {
      this.#report(second);
    }
  }

  onBinary(): void {
    if (this.#handler === undefined) return;
    this.#hearOut();
    this.#ws?.close(CLOSE.unsupportedData.code, CLOSE.unsupportedData.reason);
    this.#end(death.binaryCause());
  }

  /** ws gives the network's errors here too; those wait for the close that follows. */
  onError(error: Error): void {
    if (!death.isFrameError(error)) return;
    this.#hearOut();
    this.#end(death.frameCause(error));
  }

  /** `code` is 1006 wherever no close frame came, whatever really happened. */
  onClose(code: number, text: string): void {
    this.#end(this.#causeOf(code, text));
  }

  #write(frame: Buffer): void {
    if (this.#ws?.readyState === WebSocket.OPEN && this.#raw.writable) this.#raw.write(frame);
  }

  /**
   * The verdict is spoken. What still comes is read so that the peer hears it too, but not without end. Paused by ws: a pipe
   * paused behind its back is resumed by the next drain of its parser.
   */
  #hearOut(): void {
    let heard = 0;
    const onData = (chunk: Buffer) => {
      heard += chunk.length;
      if (heard < MOST_HEARD_OUT_BYTES) return;
      this.#raw.off("data", onData);
      this.#ws?.pause();
    };
    this.#raw.on("data", onData);
  }

  #causeOf(code: number, text: string): DisconnectCause {
    if (this.#ownCode !== undefined) return death.ownCause(this.#ownCode);
    if (this.#terminated) return death.ownCause(null);
    if (code !== 1006) return death.closeFrameCause(code, text);
    if (this.#raw.errored) return death.errorCause(this.#raw.errored);
    return this.#raw.readableEnded ? death.endCause() : death.unexplainedCause();
  }

  #end(cause: DisconnectCause): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.ended(cause);
  }
}

/** ws would go on parsing the chunk it holds: thousands of frames, where it is a flood. Its loop ends when this is unset. */
function stopParsing(ws: WebSocket): void {
  const receiver: unknown = Reflect.get(ws, "_receiver");
  if (typeof receiver === "object" && receiver !== null) Reflect.set(receiver, "_loop", false);
}

function pipeOf(ws: WebSocket): WsSocket | undefined {
  return ws instanceof DogWebSocket ? ws.pipe : undefined;
}

// What throws behind these must reach neither ws, whose parser would be left half-way, nor the process.

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  const pipe = pipeOf(this);
  try {
    if (isBinary) pipe?.onBinary();
    else pipe?.onFrame(data.toString());
  } catch (error) {
    pipe?.onFault(error);
  }
}

function onPing(this: WebSocket): void {
  const pipe = pipeOf(this);
  try {
    pipe?.onFrame(undefined);
  } catch (error) {
    pipe?.onFault(error);
  }
}

function onPong(this: WebSocket): void {
  const pipe = pipeOf(this);
  try {
    pipe?.onPong();
  } catch (error) {
    pipe?.onFault(error);
  }
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  const pipe = pipeOf(this);
  try {
    pipe?.onClose(code, reason.toString());
  } catch (error) {
    pipe?.onFault(error);
  }
}

function onError(this: WebSocket, error: Error): void {
  const pipe = pipeOf(this);
  try {
    pipe?.onError(error);
  } catch (fault) {
    pipe?.onFault(fault);
  }
}
