import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GatewayDesk } from "#server/testing/gateway-desk.ts";
import { decodeAny, decodeRequest } from "./request.ts";

const ofSeed = (id: string) =>
  `{"args":{},"op":"galbot_request","request_id":${JSON.stringify(id)},"service":"/api/heartbeat"}`;
const ofLeash = (id: string) =>
  `{"op":"galbot_request","service":"/api/heartbeat","args":{},"request_id":${JSON.stringify(id)}}`;

describe("reading a message", () => {
  it("P2: the short way gives what the parser gives, whatever the request id", () => {
    const id = fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9_-]{1,140}$/));
    fc.assert(
      fc.property(id, fc.constantFrom(ofSeed, ofLeash), (text, write) => {
        expect(decodeRequest(write(text))).toEqual(decodeAny(write(text)));
      }),
    );
  });

  it("P2: Go ends each JSON text with a newline", () => {
    expect(decodeRequest(`${ofSeed("heartbeat_1")}\n`)).toMatchObject({
      ok: true,
      message: { request_id: "heartbeat_1" },
    });
  });

  it("P10: no text makes it throw", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void decodeRequest(text)));
  });
});

/** Hostile JSON of RELIABILITY: each must be answered or struck, and leave the gateway as it was. */
const HOSTILE = {
  "32,000 levels deep": `${"[".repeat(32_000)}${"]".repeat(32_000)}`,
  "a __proto__ key": `{"op":"galbot_request","service":"x","args":{"__proto__":{"polluted":true}}}`,
  "an escaped __proto__ key": `{"op":"galbot_request","service":"x","args":{"__pr\\u006fto__":{"polluted":true}}}`,
  "6,000 keys": JSON.stringify({
    op: "galbot_request",
    service: "x",
    args: Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`k${i}`, i])),
  }),
  "doubled keys": `{"op":"galbot_request","op":"galbot_request","service":"x","service":"y"}`,
  "a lone surrogate": `{"op":"galbot_request","service":"\\ud800","args":{}}`,
  "huge numbers": `{"op":"galbot_request","service":"x","args":{"n":1e999},"request_id":1e999}`,
  "a sn with CR LF ESC": JSON.stringify({
    op: "galbot_request",
    service: "/api/user/login",
    args: { app_id: "a", token: "good", sn: "x\r\n\u001b", timestamp: 1 },
  }),
  null: "null",
  "an array": "[]",
  nothing: "",
};

describe("hostile messages", () => {
  it.each(Object.entries(HOSTILE))("P10: %s is answered and changes nothing", async (_name, text) => {
    const desk = new GatewayDesk();
    const dog = await desk.enter("D1");
    dog.say(text);
    expect(dog.answers.at(-1)).toMatchObject({ result: false, code: expect.any(Number) });
    expect([404, 400]).toContain(dog.codes.at(-1));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    dog.request("/api/heartbeat");
    expect([dog.codes.at(-1), dog.closes]).toEqual([0, []]);
  });
});
