import { connect, type Socket } from "node:net";
import { Waiters } from "./waiters.ts";

/** A WebSocket client by hand over a bare TCP socket: for what a well-behaved client library refuses to do. */
export class RawDog {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  ended = false;
  closed = false;
  readonly #waiters = new Waiters<this>(this);

  /** @param from a loopback address of one's own: each has 28,000 ports */
  constructor(port: number, from?: string) {
    const local = from === undefined ? {} : { localAddress: from };
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, ...local });
    this.socket.on("data", (data: Buffer) => {
      this.received = Buffer.concat([this.received, data]);
      this.#tell();
    });
    this.socket.on("end", () => {
      this.ended = true;
      this.#tell();
    });
    this.socket.on("close", () => {
      this.closed = true;
      this.#tell();
    });
    this.socket.on("error", () => {});
  }

  /** Text received so far, frames and all. */
  get text(): string {
    return this.received.toString("latin1");
  }

  until(check: (dog: RawDog) => boolean): Promise<this> {
    return this.#waiters.until(check);
  }

  /** Sends the upgrade; `headers` are added or replaced. */
  upgrade(path = "/ws", headers: Record<string, string> = {}): this {
    const all = {
      Host: "127.0.0.1",
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
    this.socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    return this;
  }

  /** Upgrades and waits for the 101. */
  async open(path = "/ws", headers: Record<string, string> = {}): Promise<this> {
    await this.upgrade(path, headers).until((dog) => dog.text.includes("\r\n\r\n") || dog.ended || dog.closed);
    return this;
  }

  async login(sn: string, token: string, more: object = {}): Promise<this> {
    const args = { app_id: "app", token, sn, timestamp: "1", ...more };
    this.frame(0x1, JSON.stringify({ op: "galbot_request", service: "/api/user/login", args, request_id: "1" }));
    return this.until((dog) => dog.text.includes("galbot_response"));
  }

  /** One masked frame. @param opcode 1 text, 2 binary, 8 close, 9 ping; @param fin false leaves the message open */
  frame(opcode: number, payload: string | Buffer = "", fin = true): void {
    this.socket.write(encodeFrame(opcode, Buffer.from(payload), fin));
  }

  closeFrame(code?: number): void {
    const payload = Buffer.alloc(code === undefined ? 0 : 2);
    if (code !== undefined) payload.writeUInt16BE(code);
    this.frame(0x8, payload);
  }

  /** The code of the close frame that came, undefined for none. */
  get closeCode(): number | undefined {
    const body = this.received.subarray(this.received.indexOf("\r\n\r\n") + 4);
    for (let at = 0; at + 2 <= body.length; ) {
      const opcode = (body[at] ?? 0) & 0x0f;
      const short = (body[at + 1] ?? 0) & 0x7f;
      const head = short < 126 ? 2 : 4;
      const length = short < 126 ? short : body.readUInt16BE(at + 2);
      if (opcode === 0x8 && at + head + 2 <= body.length) return body.readUInt16BE(at + head);
      at += head + length;
    }
    return undefined;
  }

  stop(): void {
    this.socket.destroy();
  }

  #tell(): void {
    this.#waiters.tell();
  }
}

export function encodeFrame(opcode: number, payload: Buffer, fin = true): Buffer {
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)));
  const first = (fin ? 0x80 : 0) | opcode;
  return Buffer.concat([Buffer.from([first, ...lengthBytes(payload.length)]), mask, masked]);
}

function lengthBytes(length: number): number[] {
  if (length < 126) return [0x80 | length];
  if (length < 65_536) return [0x80 | 126, length >> 8, length & 0xff];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return [0x80 | 127, ...bytes];
}
