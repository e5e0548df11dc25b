import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import { CLOSE } from "#lib/protocol/close-codes.ts";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import type { Socket, SocketHandler } from "#server/gateway/socket.ts";
import * as death from "./death.ts";
import { PING, textFrame } from "./frame.ts";

/** The WebSocket class the server makes, with room for its pipe: listeners are shared, so a dog costs no closures. */
export class DogWebSocket extends WebSocket {
  pipe: WsSocket | undefined;
}

/** ws behind the gateway's port. Watches the raw socket from before the upgrade and works out one cause of death. */
export class WsSocket implements Socket {
  readonly remoteAddress: string;
  readonly #raw: Duplex;
  #ws: DogWebSocket | undefined;
  #handler: SocketHandler | undefined;
  #ownCode: number | undefined;
  #terminated = false;
  #error: Error | undefined;
  #finished = false;

  constructor(raw: Duplex, remoteAddress: string) {
    this.remoteAddress = remoteAddress;
    this.#raw = raw;
    raw.on("error", (error) => {
      this.#error ??= error;
    });
    raw.on("end", () => {
      this.#finished = true;
    });
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
  send(text: string): void {
    this.#write(textFrame(text));
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
  }

  onFrame(text: string | undefined): void {
    this.#handler?.heard();
    if (text !== undefined) this.#handler?.message(text);
  }

  onPong(): void {
    this.#handler?.heard();
    this.#handler?.pong();
  }

  onBinary(): void {
    this.#ws?.close(CLOSE.unsupportedData.code, CLOSE.unsupportedData.reason);
    this.#end(death.binaryCause());
  }

  /** ws gives the network's errors here too; those wait for the close that follows. */
  onError(error: Error): void {
    if (death.isFrameError(error)) this.#end(death.frameCause(error));
  }

  /** `code` is 1006 wherever no close frame came, whatever really happened. */
  onClose(code: number, text: string): void {
    this.#end(this.#causeOf(code, text));
  }

  #write(frame: Buffer): void {
    if (this.#ws?.readyState === WebSocket.OPEN && this.#raw.writable) this.#raw.write(frame);
  }

  #causeOf(code: number, text: string): DisconnectCause {
    if (this.#ownCode !== undefined) return death.ownCause(this.#ownCode);
    if (this.#terminated) return death.ownCause(null);
    if (code !== 1006) return death.closeFrameCause(code, text);
    if (this.#error) return death.errorCause(this.#error);
    return this.#finished ? death.endCause() : death.unexplainedCause();
  }

  #end(cause: DisconnectCause): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.ended(cause);
  }
}

function pipeOf(ws: WebSocket): WsSocket | undefined {
  return ws instanceof DogWebSocket ? ws.pipe : undefined;
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  if (isBinary) pipeOf(this)?.onBinary();
  else pipeOf(this)?.onFrame(data.toString());
}

function onPing(this: WebSocket): void {
  pipeOf(this)?.onFrame(undefined);
}

function onPong(this: WebSocket): void {
  pipeOf(this)?.onPong();
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  pipeOf(this)?.onClose(code, reason.toString());
}

function onError(this: WebSocket, error: Error): void {
  pipeOf(this)?.onError(error);
}
