import { describe, expect, it } from "vitest";
import { closeCodeOf, encodeClientFrame, encodeClose, type Frame, FrameReader, OPCODE, readHttpHead } from "./wire.ts";

function serverFrame(opcode: number, payload: Buffer): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length]), payload]);
}

describe("the load process's WebSocket", () => {
  it("reads frames however the bytes are cut", () => {
    const long = Buffer.alloc(300, "x");
    const bytes = Buffer.concat([
      serverFrame(OPCODE.text, Buffer.from("hello")),
      serverFrame(OPCODE.ping, Buffer.alloc(0)),
      serverFrame(OPCODE.text, long),
      serverFrame(OPCODE.close, Buffer.from([0x03, 0xf4])),
    ]);
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new FrameReader();
      const frames: Frame[] = [];
      for (let at = 0; at < bytes.length; at += size) frames.push(...reader.push(bytes.subarray(at, at + size)));
      expect(frames.map((frame) => frame.opcode)).toEqual([OPCODE.text, OPCODE.ping, OPCODE.text, OPCODE.close]);
      expect(frames[2]?.payload.equals(long)).toBe(true);
      const [, , , close] = frames;
      expect(close && closeCodeOf(close)).toBe(1012);
    }
  });

  it("writes masked frames, a mask of zero", () => {
    expect([...encodeClose(4000)]).toEqual([0x88, 0x82, 0, 0, 0, 0, 0x0f, 0xa0]);
    const long = encodeClientFrame(OPCODE.text, "y".repeat(200));
    expect([...long.subarray(0, 8)]).toEqual([0x81, 0xfe, 0, 200, 0, 0, 0, 0]);
    expect(long.length).toBe(208);
  });

  it("reads a refusal's Retry-After", () => {
    const head = Buffer.from("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 17\r\n\r\nno");
    expect(readHttpHead(head)).toEqual({ status: 503, retryAfterS: 17, length: head.length - 2 });
    expect(readHttpHead(head.subarray(0, 20))).toBeUndefined();
  });
});
