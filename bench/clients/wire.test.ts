import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DIALECT } from "./dialect.ts";
import { clientFrame, eachFrame, TEXT } from "./wire.ts";

function serverFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from(head), body]);
}

function unmasked(frame: Buffer): string {
  const head = (frame[1] ?? 0) - 0x80 < 126 ? 2 : 4;
  const mask = frame.subarray(head, head + 4);
  return Buffer.from(frame.subarray(head + 4).map((byte, i) => byte ^ (mask[i & 3] ?? 0))).toString();
}

describe("frames of the driver", () => {
  it("reads every whole frame, wherever the network cuts the stream", () =>
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 300 })), fc.integer({ min: 1, max: 50 }), (texts, chunk) => {
        const stream = Buffer.concat(texts.map(serverFrame));
        const heard: string[] = [];
        let rest = Buffer.alloc(0);
        for (let at = 0; at < stream.length; at += chunk) {
          const bytes = Buffer.concat([rest, stream.subarray(at, at + chunk)]);
          const done = eachFrame(bytes, 0, bytes.length, (opcode, frame, start, end) => {
            expect(opcode).toBe(TEXT);
            heard.push(frame.toString("utf8", start, end));
          });
          rest = Buffer.from(bytes.subarray(done));
        }
        expect(heard).toEqual(texts);
        expect(rest.length).toBe(0);
      }),
    ));

  it("masks what it sends", () => {
    for (const text of ["", "a", "x".repeat(125), "y".repeat(126), "z".repeat(1_000)]) {
      expect(unmasked(clientFrame(TEXT, text))).toBe(text);
    }
  });

  it("says the same request on both wires", () => {
    const plain = unmasked(DIALECT.leash.login("DOG-1"));
    expect(unmasked(DIALECT["socket.io"].login("DOG-1"))).toBe(`421["galbot_request",${plain}]`);
    expect(JSON.parse(plain)).toMatchObject({ service: "/api/user/login", args: { sn: "DOG-1" } });
  });

  it("tells Socket.IO's packets apart", () => {
    const kind = (text: string) => DIALECT["socket.io"].classify(Buffer.from(text), 0, text.length);
    expect(['0{"sid":"x"}', '40{"sid":"y"}', "431[{}]", "2", '42["change"]'].map(kind)).toEqual([
      "open",
      "ready",
      "answer",
      "ping",
      "other",
    ]);
  });
});
