/** The client's half of RFC 6455, as little as a witness needs. Independent of the product's own client and of its server. */

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A masked frame. The mask is zero: allowed by the RFC, and it costs the load process nothing. */
export function encodeClientFrame(opcode: number, payload: Buffer | string = ""): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  if (body.length >= 65_536) throw new RangeError("a dog says less than 64 KiB");
  const short = body.length < 126;
  const frame = Buffer.alloc((short ? 6 : 8) + body.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (short ? body.length : 126);
  if (!short) frame.writeUInt16BE(body.length, 2);
  body.copy(frame, frame.length - body.length);
  return frame;
}

export function encodeClose(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return encodeClientFrame(OPCODE.close, payload);
}

/** The code of a close frame's payload; 1005 where it has none. */
export function closeCodeOf({ payload }: Frame): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
}

/** Cuts what a server sends into frames. Messages in pieces are not expected of the gateway: they throw. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    let rest: Buffer = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    for (let next = firstFrame(rest); next !== undefined; next = firstFrame(rest)) {
      frames.push(next.frame);
      rest = rest.subarray(next.length);
    }
    // A copy, so that a few bytes do not keep a whole read buffer alive.
    this.#held = rest.length === 0 ? rest : Buffer.from(rest);
    return frames;
  }
}

function firstFrame(bytes: Buffer): { frame: Frame; length: number } | undefined {
  const [head, size] = bytes;
  if (head === undefined || size === undefined) return undefined;
  if ((head & 0x80) === 0 || (size & 0x80) !== 0) throw new Error("a frame no server sends");
  const bodyAt = size < 126 ? 2 : size === 126 ? 4 : 10;
  if (bytes.length < bodyAt) return undefined;
  const bodyLength = size < 126 ? size : size === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const length = bodyAt + bodyLength;
  if (bytes.length < length) return undefined;
  return { frame: { opcode: head & 0x0f, payload: bytes.subarray(bodyAt, length) }, length };
}

/** Status and Retry-After of an HTTP answer's head, undefined until it is whole. `length` counts the blank line in. */
export function readHttpHead(
  bytes: Buffer,
): { status: number; retryAfterS: number | null; length: number } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = bytes.toString("latin1", 0, end);
  const retryAfter = /^retry-after:\s*(\d+)\s*$/im.exec(head)?.[1];
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    retryAfterS: retryAfter === undefined ? null : Number(retryAfter),
    length: end + 4,
  };
}
