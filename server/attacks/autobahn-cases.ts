import { BAD_CLOSE_CODES, BAD_UTF8, closePayload, frame } from "./malformed-frames.ts";

/**
 * What a case must come to: the socket `lives` and answers what follows; it is closed with a code of ours; it is `silent`:
 * the gateway echoes a close without a code, or ends, and says nothing more.
 */
export type Outcome = "lives" | "silent" | number;

export interface AutobahnCase {
  /** Number and meaning as in the Autobahn test suite's list of cases. */
  readonly name: string;
  readonly bytes: Buffer;
  readonly outcome: Outcome;
  /** Octets a packet; whole by default. */
  readonly chop?: number;
  /** Pongs that must have come. */
  readonly pongs?: number;
}

const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const text = (payload: Buffer | string, fin = true) => frame({ opcode: TEXT, payload, fin });
const more = (payload: Buffer | string, fin = false) => frame({ opcode: 0, payload, fin });
const binary = (length: number) => frame({ opcode: BINARY, payload: Buffer.alloc(length, 0xfe) });
const ping = (payload: Buffer | string = "") => frame({ opcode: PING, payload });
const pong = (payload: Buffer | string = "") => frame({ opcode: PONG, payload });
const close = (payload: Buffer | string = "") => frame({ opcode: CLOSE, payload });
const all = (...frames: Buffer[]) => Buffer.concat(frames);
const octets = (payload: Buffer) =>
  all(
    ...[...payload].map((byte, i) =>
      frame({ opcode: i === 0 ? TEXT : 0, fin: i === payload.length - 1, payload: Buffer.from([byte]) }),
    ),
  );
const pieces = (length: number, size: number) =>
  all(
    ...Array.from({ length: Math.ceil(length / size) }, (_, i, list = Math.ceil(length / size)) =>
      frame({
        opcode: i === 0 ? TEXT : 0,
        fin: i === list - 1,
        payload: "*".repeat(Math.min(size, length - i * size)),
      }),
    ),
  );
const GREEK = Buffer.from("κόσμε");

const one = (name: string, outcome: Outcome, bytes: Buffer, rest: Partial<AutobahnCase> = {}): AutobahnCase => ({
  name,
  outcome,
  bytes,
  ...rest,
});

/**
 * The Autobahn test suite's server cases for a gateway whose texts are requests: an echo would be answered 400 here, so that
 * what lives is seen by the next request's answer. Limits are ours (64 KiB, 64 fragments, text only).
 */
export const AUTOBAHN_CASES: readonly AutobahnCase[] = [
  ...[0, 125, 126, 127, 128, 65_535, 65_536].map((length) =>
    one(`1.1 a text of ${length} octets`, "lives", text("*".repeat(length))),
  ),
  one("1.1.8 a text of 65,536 octets in chops of 997", "lives", text("*".repeat(65_536)), { chop: 997 }),
  one("1.1 a text of 65,537 octets is over the limit", 1009, text("*".repeat(65_537))),
  ...[0, 125, 126, 65_535].map((length) => one(`1.2 a binary of ${length} octets`, 1003, binary(length))),
  one("1.2 a fragmented binary", 1003, all(frame({ opcode: BINARY, fin: false, payload: "a" }), more("b", true))),

  one("2.1 a ping without payload", "lives", ping(), { pongs: 1 }),
  one("2.2 a ping with a text", "lives", ping("Hello, world!"), { pongs: 1 }),
  one("2.3 a ping with octets", "lives", ping(Buffer.from([0, 255, 254, 253, 252, 251, 0, 255])), { pongs: 1 }),
  one("2.4 a ping of 125 octets", "lives", ping(Buffer.alloc(125, 0xfe)), { pongs: 1 }),
  one("2.5 a ping of 126 octets", 1002, ping(Buffer.alloc(126, 0xfe))),
  one("2.6 a ping of 125 octets, octet by octet", "lives", ping(Buffer.alloc(125, 0xfe)), { chop: 1, pongs: 1 }),
  one("2.7 an unasked pong", "lives", pong()),
  one("2.8 an unasked pong with payload", "lives", pong("unasked")),
  one("2.9 an unasked pong, then a ping", "lives", all(pong("unasked"), ping("asked")), { pongs: 1 }),
  one("2.10 10 pings", "lives", all(...Array.from({ length: 10 }, (_, i) => ping(`${i}`))), { pongs: 10 }),
  one("2.11 10 pings, octet by octet", "lives", all(...Array.from({ length: 10 }, (_, i) => ping(`${i}`))), {
    chop: 1,
    pongs: 10,
  }),

  one("3.1 a text with RSV 1", 1002, frame({ opcode: TEXT, rsv: 1, payload: "x" })),
  one(
    "3.2 a good text, one with RSV 2, a ping",
    1002,
    all(text("x"), frame({ opcode: TEXT, rsv: 2, payload: "x" }), ping()),
  ),
  one(
    "3.3 a good text, one with RSV 3, a ping, octet by octet",
    1002,
    all(text("x"), frame({ opcode: TEXT, rsv: 3, payload: "x" }), ping()),
    { chop: 1 },
  ),
  one("3.4 a text with RSV 4, octet by octet", 1002, all(text("x"), frame({ opcode: TEXT, rsv: 4, payload: "x" })), {
    chop: 1,
  }),
  one("3.5 a binary with RSV 5", 1002, frame({ opcode: BINARY, rsv: 5, payload: "x" })),
  one("3.6 a ping with RSV 6", 1002, frame({ opcode: PING, rsv: 6 })),
  one("3.7 a close with RSV 7", 1002, frame({ opcode: CLOSE, rsv: 7 })),

  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => one(`4 opcode ${opcode}`, 1002, frame({ opcode }))),
  ...[3, 7, 11, 15].map((opcode) =>
    one(
      `4 opcode ${opcode} after a good text, with payload`,
      1002,
      all(text("x"), frame({ opcode, payload: "reserved" }), ping()),
    ),
  ),

  one("5.1 a ping in two fragments", 1002, all(frame({ opcode: PING, fin: false, payload: "a" }), more("b", true))),
  one("5.2 a pong in two fragments", 1002, all(frame({ opcode: PONG, fin: false, payload: "a" }), more("b", true))),
  one("5.3 a text in two fragments", "lives", all(text("a", false), more("b", true))),
  one("5.4 a text in two fragments, octet by octet", "lives", all(text("a", false), more("b", true)), { chop: 1 }),
  one("5.6 a text in two fragments, a ping between", "lives", all(text("a", false), ping("p"), more("b", true)), {
    pongs: 1,
  }),
  one("5.7 the same in packets of its frames", "lives", all(text("a", false), ping("p"), more("b", true)), {
    chop: 7,
    pongs: 1,
  }),
  one("5.8 the same, octet by octet", "lives", all(text("a", false), ping("p"), more("b", true)), {
    chop: 1,
    pongs: 1,
  }),
  one("5.9 a last fragment of nothing, then a text", 1002, all(more("x", true), text("x"))),
  one("5.10 the same in one packet", 1002, all(more("x", true), text("x"))),
  one("5.11 the same, octet by octet", 1002, all(more("x", true), text("x")), { chop: 1 }),
  one("5.12 a fragment of nothing, then a text", 1002, all(more("x"), text("x"))),
  one("5.14 the same, octet by octet", 1002, all(more("x"), text("x")), { chop: 1 }),
  one(
    "5.15 a whole fragmented text, then a fragment of nothing",
    1002,
    all(text("a", false), more("b", true), more("c"), text("d")),
  ),
  one("5.16 fragments of nothing around texts", 1002, all(more("a"), text("b", false), more("c", true))),
  one("5.18 a second text inside the first", 1002, all(text("a", false), text("b"))),
  one(
    "5.19 a text in five fragments, pings between",
    "lives",
    all(text("1", false), more("2"), ping("p"), more("3"), more("4"), ping("q"), more("5", true)),
    { pongs: 2 },
  ),
  one(
    "5.20 the same, octet by octet",
    "lives",
    all(text("1", false), more("2"), ping("p"), more("3"), more("4"), ping("q"), more("5", true)),
    { chop: 1, pongs: 2 },
  ),

  one("6.1.1 an empty text", "lives", text("")),
  one("6.1.2 an empty text in three fragments", "lives", all(text("", false), more(""), more("", true))),
  one("6.1.3 only the middle fragment says something", "lives", all(text("", false), more("middle"), more("", true))),
  one("6.2.1 good UTF-8", "lives", text("Hello-µ@ßöäüàá-UTF-8!!")),
  one("6.2.2 good UTF-8 in two fragments", "lives", all(text("Hello-µ@ßöä", false), more("üàá-UTF-8!!", true))),
  one("6.2.3 good UTF-8 in fragments of an octet", "lives", octets(Buffer.from("Hello-µ@ßöäüàá-UTF-8!!"))),
  one("6.2.4 Greek in fragments of an octet", "lives", octets(GREEK)),
  one("6.3.1 bad UTF-8 after good", 1007, text(all(GREEK, Buffer.from([0xed, 0xa0, 0x80]), Buffer.from("edited")))),
  one(
    "6.3.2 the same in fragments of an octet",
    1007,
    octets(all(GREEK, Buffer.from([0xed, 0xa0, 0x80]), Buffer.from("edited"))),
  ),
  one(
    "6.4.1 good, bad, good in three fragments",
    1007,
    all(text(GREEK, false), more(Buffer.from([0xf4, 0x90, 0x80, 0x80])), more("edited", true)),
  ),
  one(
    "6.4.3 the same in one frame, octet by octet",
    1007,
    text(all(GREEK, Buffer.from([0xf4, 0x90, 0x80, 0x80]), Buffer.from("edited"))),
    { chop: 1 },
  ),
  one(
    "6.5 a code point split between fragments",
    "lives",
    all(text(GREEK.subarray(0, 1), false), more(GREEK.subarray(1), true)),
  ),
  ...BAD_UTF8.map(([name, sequence]) => one(`6.6 to 6.20 ${name}`, 1007, text(Buffer.from(sequence)))),
  ...BAD_UTF8.map(([name, sequence]) =>
    one(
      `6.6 to 6.20 ${name}, in a long text`,
      1007,
      text(all(Buffer.alloc(300, "x"), Buffer.from(sequence), Buffer.alloc(300, "y"))),
    ),
  ),
  ...["\u{FFFE}", "\u{FFFF}", "\u{1FFFE}", "\u{10FFFF}", "\u{FFFD}", "\u0000", "\u007F", "\uFEFF"].map((odd) =>
    one(`6.21 to 6.23 U+${odd.codePointAt(0)?.toString(16)} is a code point like others`, "lives", text(odd)),
  ),

  one("7.1.1 a text, then a close", 1000, all(text("x"), close(closePayload(1000)))),
  one("7.1.2 two closes", 1000, all(close(closePayload(1000)), close(closePayload(1000)))),
  one("7.1.3 a ping after the close", 1000, all(close(closePayload(1000)), ping())),
  one("7.1.4 a text after the close", 1000, all(close(closePayload(1000)), text("x"))),
  one(
    "7.1.5 a close inside a fragmented text",
    1000,
    all(text("a", false), close(closePayload(1000)), more("b", true)),
  ),
  one("7.1.6 a text over the limit, then a close", 1009, all(text("*".repeat(262_144)), close(closePayload(1000)))),
  one("7.3.1 a close without a code", "silent", close()),
  one("7.3.2 a close of one octet", 1002, close("x")),
  one("7.3.3 a close with a code", 1000, close(closePayload(1000))),
  one("7.3.4 a close with a reason", 1000, close(closePayload(1000, "Hello, world!"))),
  one("7.3.5 a close with the longest reason", 1000, close(closePayload(1000, "*".repeat(123)))),
  one("7.3.6 a close with a reason that is too long", 1002, close(closePayload(1000, "*".repeat(124)))),
  one(
    "7.5.1 a close reason that is no UTF-8",
    1007,
    close(closePayload(1000, Buffer.from([0xce, 0xba, 0xed, 0xa0, 0x80]))),
  ),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) =>
    one(`7.7 a close with ${code}`, code, close(closePayload(code))),
  ),
  ...BAD_CLOSE_CODES.map((code) => one(`7.9 and 7.13 a close with ${code}`, 1002, close(closePayload(code)))),

  one("9.3 64 KiB in fragments of 1,300", "lives", pieces(65_536, 1_300)),
  one("9.3 64 KiB in fragments of 1,024: 64 of them", "lives", pieces(65_536, 1_024)),
  one("9.3 64 KiB in fragments of 1,000: 66 of them", 1008, pieces(65_536, 1_000)),
  one("9.5 4,000 octets, octet by octet", "lives", text("*".repeat(4_000)), { chop: 1 }),
  one("10.1.1 a length in more bytes than it needs", "lives", Buffer.from([0x81, 0xfe, 0x00, 0x01, 0, 0, 0, 0, 0x78])),

  one(
    "12 a compressed text, though none was agreed on",
    1002,
    frame({ opcode: TEXT, rsv: 4, payload: Buffer.from([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]) }),
  ),
  one(
    "13 a compressed fragment, though none was agreed on",
    1002,
    all(
      frame({ opcode: TEXT, rsv: 4, fin: false, payload: Buffer.from([0xf2, 0x48]) }),
      more(Buffer.from([0xcd, 0x00]), true),
    ),
  ),
  one("RFC 6455 5.1 an unmasked text", 1002, frame({ opcode: TEXT, masked: false, payload: "x" })),
  one("RFC 6455 5.1 an unmasked ping", 1002, frame({ opcode: PING, masked: false })),
];
