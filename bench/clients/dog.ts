import { connect, type Socket } from "node:net";
import type { Dialect } from "./dialect.ts";
import { CLOSE, clientFrame, eachFrame, PING, PONG, TEXT } from "./wire.ts";

const PONG_FRAME = clientFrame(PONG, "");
const PING_FRAME = clientFrame(PING, "");
const HEAD_END = Buffer.from("\r\n\r\n");
/** Read by every dog in turn: nothing keeps what is in it past its callback. */
const SHARED = Buffer.allocUnsafe(64 * 1024);
const LOCAL_ADDRESSES = 8;

export type DogState = "idle" | "dialing" | "upgraded" | "in";

/** What a pack is told by its dogs. */
export interface DogListener {
  /** A login, a heartbeat or a ping was answered well. `bytes` of the answer. */
  answered(dog: BenchDog, bytes: number): void;
  /** The upgrade was refused in plain HTTP. */
  refused(dog: BenchDog, status: number, retryAfterS: number | null): void;
  /** The pipe ended without `hangUp`. `was` is the state it was in. */
  lost(dog: BenchDog, was: DogState): void;
}

/** A dog as lean as a load driver needs it: a bare TCP socket, frames built beforehand, no parser for what it expects. */
export class BenchDog {
  readonly index: number;
  state: DogState = "idle";
  /** performance.now() of the last dial, or of the last request. */
  sentAt = 0;
  /** Dials since the last login. */
  dials = 0;
  readonly #dialect: Dialect;
  readonly #listener: DogListener;
  readonly #login: Buffer;
  #socket: Socket | undefined;
  #rest: Buffer | undefined;

  constructor(index: number, sn: string, dialect: Dialect, listener: DogListener) {
    this.index = index;
    this.#dialect = dialect;
    this.#listener = listener;
    this.#login = dialect.login(sn);
  }

  dial(port: number): void {
    this.state = "dialing";
    this.dials++;
    this.#rest = undefined;
    const socket: Socket = connect({
      port,
      host: "127.0.0.1",
      localAddress: `127.0.0.${2 + (this.index % LOCAL_ADDRESSES)}`,
      noDelay: true,
      onread: { buffer: SHARED, callback: (bytes) => this.#read(socket, bytes) },
    });
    this.#socket = socket;
    const { target, headers } = this.#dialect;
    socket.on("connect", () => {
      socket.write(
        `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`,
      );
    });
    socket.on("error", () => {});
    socket.on("close", () => this.#closed(socket));
  }

  heartbeat(): void {
    this.#socket?.write(this.#dialect.heartbeat);
  }

  ping(): void {
    this.#socket?.write(PING_FRAME);
  }

  /** The network took the pipe: a reset, no close frame. Nothing is told. */
  hangUp(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.state = "idle";
    socket?.resetAndDestroy();
  }

  #read(socket: Socket, length: number): boolean {
    if (socket !== this.#socket) return true;
    let bytes = SHARED.subarray(0, length);
    if (this.#rest) bytes = Buffer.concat([this.#rest, bytes]);
    this.#rest = undefined;
    let at = 0;
    if (this.state === "dialing") {
      const headEnd = bytes.indexOf(HEAD_END);
      if (headEnd !== -1) at = this.#upgraded(bytes.toString("latin1", 0, headEnd), headEnd + HEAD_END.length);
    }
    if (this.state !== "dialing" && this.state !== "idle") at = eachFrame(bytes, at, bytes.length, this.#onFrame);
    if (at < bytes.length && this.state !== "idle") this.#rest = Buffer.from(bytes.subarray(at));
    return true;
  }

  #upgraded(head: string, next: number): number {
    const status = Number(head.slice(9, 12));
    if (status !== 101) {
      const retryAfter = /\r\nretry-after: (\d+)/i.exec(head)?.[1];
      this.hangUp();
      this.#listener.refused(this, status, retryAfter === undefined ? null : Number(retryAfter));
      return next;
    }
    this.state = "upgraded";
    if (this.#dialect.join === null) this.#socket?.write(this.#login);
    return next;
  }

  readonly #onFrame = (opcode: number, bytes: Buffer, start: number, end: number): void => {
    if (opcode === PING) this.#socket?.write(PONG_FRAME);
    else if (opcode === PONG) this.#listener.answered(this, end - start);
    else if (opcode === TEXT) this.#onText(bytes, start, end);
    else if (opcode === CLOSE) this.#socket?.destroy();
  };

  #onText(bytes: Buffer, start: number, end: number): void {
    switch (this.#dialect.classify(bytes, start, end)) {
      case "open":
        if (this.#dialect.join) this.#socket?.write(this.#dialect.join);
        return;
      case "ready":
        this.#socket?.write(this.#login);
        return;
      case "ping":
        if (this.#dialect.pong) this.#socket?.write(this.#dialect.pong);
        return;
      case "answer":
        if (this.state === "in") this.#listener.answered(this, end - start);
        else this.#answeredLogin(bytes, start, end);
        return;
      case "other":
        return;
    }
  }

  #answeredLogin(bytes: Buffer, start: number, end: number): void {
    const text = bytes.toString("latin1", start, end);
    if (!text.includes('"code":0')) throw new Error(`a login was refused: ${text}`);
    this.state = "in";
    this.dials = 0;
    this.#listener.answered(this, end - start);
  }

  #closed(socket: Socket): void {
    if (socket !== this.#socket) return;
    const was = this.state;
    this.#socket = undefined;
    this.state = "idle";
    this.#listener.lost(this, was);
  }
}
