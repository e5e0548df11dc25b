const FINAL_TEXT = 0x81;
const SHORT = 126;
const MEDIUM = 65_536;

/** An empty ping. Shared by all sockets: nothing changes it. */
export const PING = Buffer.from([0x89, 0x00]);

/** One unmasked, final text frame (RFC 6455 section 5.2), as a server sends it, with `tail` right behind it. */
export function textFrame(text: string, tail?: Buffer): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < SHORT ? 2 : length < MEDIUM ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length + (tail?.length ?? 0));
  frame[0] = FINAL_TEXT;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = SHORT;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = SHORT + 1;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  tail?.copy(frame, head + length);
  return frame;
}
