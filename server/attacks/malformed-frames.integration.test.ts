import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { AUTOBAHN_CASES } from "./autobahn-cases.ts";
import { frame } from "./malformed-frames.ts";

const QUESTION = '{"op":"galbot_request","service":"/api/heartbeat","args":{},"request_id":"still-there"}';
const SILENT = "silent";

let gateway: AttackedGateway;
const dogs: RawDog[] = [];

beforeAll(async () => {
  gateway = await startAttackedGateway();
});
afterEach(() => {
  for (const dog of dogs.splice(0)) dog.stop();
});
afterAll(() => gateway.stop());

async function open(headers: Record<string, string> = {}): Promise<RawDog> {
  const dog = new RawDog(gateway.port);
  dogs.push(dog);
  dog.socket.setNoDelay(true);
  return dog.open(`/ws?token=${gateway.token}`, headers);
}

async function say(dog: RawDog, bytes: Buffer, chop = bytes.length): Promise<void> {
  for (let from = 0; from < bytes.length; from += chop) {
    dog.socket.write(bytes.subarray(from, from + chop));
    if (chop < bytes.length) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Frames with this opcode that came, by a walk over what was received. */
function count(dog: RawDog, opcode: number): number {
  const body = dog.received.subarray(dog.received.indexOf("\r\n\r\n") + 4);
  let found = 0;
  for (let at = 0; at + 2 <= body.length; ) {
    if (((body[at] ?? 0) & 0x0f) === opcode) found++;
    const short = (body[at + 1] ?? 0) & 0x7f;
    at += short < 126 ? 2 + short : 4 + body.readUInt16BE(at + 2);
  }
  return found;
}

describe("the Autobahn suite's cases", () => {
  it.each(AUTOBAHN_CASES)("G19: $name: $outcome", async ({ bytes, outcome, chop, pongs = 0 }) => {
    const dog = await open();
    await say(dog, bytes, chop);
    if (outcome === "lives") {
      dog.frame(0x1, QUESTION);
      await dog.until((one) => one.text.includes("still-there") || one.ended || one.closed);
      expect([dog.text.includes("still-there"), dog.closeCode, count(dog, 0xa)]).toEqual([true, undefined, pongs]);
      return;
    }
    await dog.until((one) => one.closeCode !== undefined || one.ended || one.closed);
    expect(dog.closeCode ?? SILENT).toBe(outcome);
    // After the verdict: nothing more is answered.
    if (!dog.ended) dog.frame(0x1, QUESTION);
    dog.socket.end();
    await dog.until((one) => one.ended || one.closed);
    expect([dog.text.includes("still-there"), count(dog, 0xa)]).toEqual([false, 0]);
  });

  it("G19: after all of them the gateway serves on", async () => {
    expect(await gateway.complaints()).toEqual([]);
  });
});

describe("compression", () => {
  const OFFERS = [
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits=15, x-webkit-deflate-frame",
    "permessage-bzip2",
  ];

  it.each(OFFERS)("G20: an offer of %s is answered by a 101 without an extension", async (offer) => {
    const dog = await open({ "Sec-WebSocket-Extensions": offer });
    expect(dog.text).toMatch(/^HTTP\/1.1 101 /);
    expect(dog.text.toLowerCase()).not.toContain("sec-websocket-extensions");
    await say(dog, frame({ opcode: 1, rsv: 4, payload: Buffer.alloc(1_000) }));
    await dog.until((one) => one.closeCode !== undefined);
    expect(dog.closeCode).toBe(1002);
  });

  it("G20: a broken offer is not read: 101 without an extension", async () => {
    const dog = await open({ "Sec-WebSocket-Extensions": "permessage-deflate; ;;=" });
    expect(dog.text).toMatch(/^HTTP\/1.1 101 /);
    expect(dog.text.toLowerCase()).not.toContain("sec-websocket-extensions");
  });
});
