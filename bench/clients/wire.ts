/** Opcodes of RFC 6455. */
export const TEXT = 0x1;
export const CLOSE = 0x8;
export const PING = 0x9;
export const PONG = 0xa;

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** One masked, final frame as a client sends it. Built once and sent many times. */
export function clientFrame(opcode: number, payload: string): Buffer {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? Buffer.from([0x80 | opcode, 0x80 | body.length])
      : Buffer.from([0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 0xff]);
  for (let i = 0; i < body.length; i++) body[i] = (body[i] ?? 0) ^ (MASK[i & 3] ?? 0);
  return Buffer.concat([head, MASK, body]);
}

/** Called with `bytes[start..end)` as the payload; the bytes are reused afterwards. */
export type OnFrame = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/**
 * Calls `onFrame` for each whole server frame in `bytes[at..end)`; unfragmented and below 64 KiB, as servers here send them.
 * Returns where the first unfinished frame begins.
 */
export function eachFrame(bytes: Buffer, at: number, end: number, onFrame: OnFrame): number {
  let from = at;
  while (end - from >= 2) {
    const short = (bytes[from + 1] ?? 0) & 0x7f;
    if (short === 127) throw new Error("a frame of 64 KiB or more is nothing this bench expects");
    const head = short < 126 ? 2 : 4;
    if (end - from < head) break;
    const length = short < 126 ? short : bytes.readUInt16BE(from + 2);
    const next = from + head + length;
    if (next > end) break;
    onFrame((bytes[from] ?? 0) & 0x0f, bytes, from + head, next);
    from = next;
  }
  return from;
}
