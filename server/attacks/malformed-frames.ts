import type { Random } from "#lib/testing/random.ts";

/** A frame as bytes, with every field free to be wrong. */
export interface FrameParts {
  readonly fin?: boolean;
  /** Three bits; 4 is RSV1. */
  readonly rsv?: number;
  readonly opcode: number;
  readonly masked?: boolean;
  readonly payload?: Buffer | string;
  /** What the length field claims, whatever follows. */
  readonly declared?: number | bigint;
}

export interface Malformed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Close codes the gateway may answer it with; undefined: none, where we end the line first. */
  readonly codes: readonly (number | undefined)[];
  /** The peer ends its side after it: nothing more would come, and nothing might be wrong. */
  readonly ends?: boolean;
}

const TEXT = 0x1;
const BINARY = 0x2;
const CLOSE = 0x8;
const MASK = Buffer.from([0x11, 0x22, 0x33, 0x44]);
/** What we may say to a broken peer, and its own goodbye echoed. */
const ANY_CODE = [undefined, 1000, 1001, 1002, 1003, 1005, 1007, 1008, 1009, 4103];

export function frame({ fin = true, rsv = 0, opcode, masked = true, payload = "", declared }: FrameParts): Buffer {
  const body = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const length = lengthField(declared ?? body.length, masked);
  if (!masked) return Buffer.concat([Buffer.from([first]), length, body]);
  const hidden = Buffer.from(body.map((byte, i) => byte ^ (MASK[i % 4] ?? 0)));
  return Buffer.concat([Buffer.from([first]), length, MASK, hidden]);
}

function lengthField(length: number | bigint, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | Number(length)]);
  if (length < 65_536) {
    const bytes = Buffer.from([bit | 126, 0, 0]);
    bytes.writeUInt16BE(Number(length), 1);
    return bytes;
  }
  const bytes = Buffer.alloc(9);
  bytes[0] = bit | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

export function closePayload(code: number, reason: Buffer | string = ""): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
}

/** Byte sequences no UTF-8 decoder may take (Autobahn 6.6 to 6.20). */
export const BAD_UTF8: readonly (readonly [string, readonly number[]])[] = [
  ["a lone continuation byte", [0x80]],
  ["a lone last continuation byte", [0xbf]],
  ["a start without its continuation", [0xc3]],
  ["an overlong slash", [0xc0, 0xaf]],
  ["an overlong NUL", [0xc0, 0x80]],
  ["an overlong three-byte form", [0xe0, 0x80, 0xaf]],
  ["an overlong four-byte form", [0xf0, 0x80, 0x80, 0xaf]],
  ["a high surrogate", [0xed, 0xa0, 0x80]],
  ["a low surrogate", [0xed, 0xbf, 0xbf]],
  ["a surrogate pair", [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80]],
  ["a code point past the last", [0xf4, 0x90, 0x80, 0x80]],
  ["a five-byte form", [0xf8, 0x88, 0x80, 0x80, 0x80]],
  ["a six-byte form", [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80]],
  ["a byte that never occurs", [0xff]],
  ["another byte that never occurs", [0xfe]],
  ["a cut four-byte form", [0xf0, 0x9f, 0x90]],
];

/** Close codes that must not be sent (RFC 6455 section 7.4). */
export const BAD_CLOSE_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] as const;

const integer = (random: Random, from: number, below: number) => from + Math.floor(random() * (below - from));
const pick = <T>(random: Random, items: readonly [T, ...T[]] | readonly T[]): T =>
  items[integer(random, 0, items.length)] as T;
const bytes = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => integer(random, 0, 256)));
const word = (random: Random, length: number) =>
  Array.from({ length }, () => String.fromCharCode(integer(random, 32, 127))).join("");

type Kind = readonly [name: string, make: (random: Random) => Omit<Malformed, "name">];

/** Every way to break the protocol so that the socket must end. */
const KINDS: readonly Kind[] = [
  [
    "reserved bits",
    (r) => ({
      bytes: frame({ rsv: integer(r, 1, 8), opcode: pick(r, [1, 2, 8, 9, 10]), payload: bytes(r, integer(r, 0, 40)) }),
      codes: [1002],
    }),
  ],
  [
    "a reserved opcode",
    (r) => ({
      bytes: frame({ opcode: pick(r, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), payload: bytes(r, integer(r, 0, 60)) }),
      codes: [1002],
    }),
  ],
  [
    "an unmasked frame",
    (r) => ({
      bytes: frame({ opcode: pick(r, [1, 2, 8, 9, 10]), masked: false, payload: word(r, integer(r, 2, 100)) }),
      codes: [1002],
    }),
  ],
  [
    "a continuation of nothing",
    (r) => ({ bytes: frame({ opcode: 0, fin: r() < 0.5, payload: word(r, integer(r, 0, 50)) }), codes: [1002] }),
  ],
  [
    "a new message inside another",
    (r) => ({
      bytes: Buffer.concat([
        frame({ opcode: 1, fin: false, payload: word(r, 9) }),
        frame({ opcode: pick(r, [1, 2]), payload: word(r, 9) }),
      ]),
      codes: [1002],
    }),
  ],
  [
    "a fragmented control frame",
    (r) => ({
      bytes: frame({ opcode: pick(r, [8, 9, 10]), fin: false, payload: word(r, integer(r, 0, 100)) }),
      codes: [1002],
    }),
  ],
  [
    "a control frame that is too long",
    (r) => ({ bytes: frame({ opcode: pick(r, [8, 9, 10]), payload: word(r, integer(r, 126, 500)) }), codes: [1002] }),
  ],
  ["a close frame of one byte", (r) => ({ bytes: frame({ opcode: CLOSE, payload: bytes(r, 1) }), codes: [1002] })],
  [
    "a close code nobody may send",
    (r) => ({
      bytes: frame({ opcode: CLOSE, payload: closePayload(pick(r, BAD_CLOSE_CODES), word(r, integer(r, 0, 60))) }),
      codes: [1002],
    }),
  ],
  [
    "a close reason that is no UTF-8",
    (r) => ({ bytes: frame({ opcode: CLOSE, payload: closePayload(1000, badText(r, 40)) }), codes: [1007] }),
  ],
  [
    "a text that is no UTF-8",
    (r) => ({ bytes: frame({ opcode: TEXT, payload: badText(r, integer(r, 1, 2_000)) }), codes: [1007] }),
  ],
  [
    "fragments that are no UTF-8",
    (r) => ({ bytes: split(r, badText(r, integer(r, 5, 200)), integer(r, 2, 5)), codes: [1007] }),
  ],
  [
    "a length over the limit",
    (r) => ({
      bytes: frame({
        opcode: pick(r, [1, 2]),
        declared: integer(r, 65_537, 2 ** 40),
        payload: word(r, integer(r, 0, 50)),
      }),
      codes: [1009],
    }),
  ],
  [
    "a length past 2^53",
    (r) => ({ bytes: frame({ opcode: TEXT, declared: 2n ** 53n + BigInt(integer(r, 0, 2 ** 31)) }), codes: [1009] }),
  ],
  [
    "a length with its highest bit set",
    (r) => ({ bytes: frame({ opcode: TEXT, declared: 2n ** 63n + BigInt(integer(r, 0, 2 ** 31)) }), codes: [1009] }),
  ],
  ["too many fragments", (r) => ({ bytes: split(r, Buffer.from(word(r, 120)), integer(r, 66, 100)), codes: [1008] })],
  [
    "fragments that add up to too much",
    (r) => ({
      bytes: Buffer.concat([
        frame({ opcode: TEXT, fin: false, payload: Buffer.alloc(40_000, "x") }),
        frame({ opcode: 0, payload: Buffer.alloc(integer(r, 25_537, 40_000), "x") }),
      ]),
      codes: [1009],
    }),
  ],
  [
    "a binary frame",
    (r) => ({ bytes: frame({ opcode: BINARY, payload: bytes(r, integer(r, 0, 300)) }), codes: [1003] }),
  ],
  [
    "a third text that is no request",
    (r) => ({ bytes: frame({ opcode: TEXT, payload: undecodable(r) }), codes: [4103] }),
  ],
  [
    "a frame cut short",
    (r) => ({
      bytes: cut(r, frame({ opcode: TEXT, payload: word(r, integer(r, 1, 400)) })),
      codes: [undefined],
      ends: true,
    }),
  ],
  ["noise", (r) => ({ bytes: bytes(r, integer(r, 1, 80)), codes: ANY_CODE, ends: true })],
  [
    "a heartbeat with flipped bits",
    (r) => ({ bytes: mutated(r, frame({ opcode: TEXT, payload: HEARTBEAT })), codes: ANY_CODE, ends: true }),
  ],
];

export const HEARTBEAT = '{"op":"galbot_request","service":"/api/heartbeat","args":{},"request_id":"1"}';

/** A frame, or a few, that break the protocol. The same numbers make the same frame. */
export function malformedFrame(random: Random): Malformed {
  const [name, make] = pick(random, KINDS);
  return { name, ...make(random) };
}

/** A text that is JSON no dog would send, or none at all: answered 400, the third ends the socket. */
export function undecodable(random: Random): string {
  return pick(random, [
    () => "",
    () => "{",
    () => "nul",
    () => "[]",
    () => '"/api/heartbeat"',
    () => "\uFEFF{}",
    () => "1e999",
    () => `{"op":${integer(random, 0, 100)}}`,
    () => '{"op":"galbot_request"}',
    () => '{"op":"galbot_request","service":""}',
    () => '{"op":"galbot_request","service":"/x","args":[]}',
    () => '{"op":"galbot_request","service":"/x","args":{"__proto__":{"admin":true}}}',
    () => '{"op":"galbot_request","service":"/x","args":{"\\u005f_proto__":1}}',
    () => "[".repeat(integer(random, 17, 2_000)),
    () => '{"a":'.repeat(integer(random, 17, 200)),
    () => `{${word(random, integer(random, 1, 60))}`,
    () => `${HEARTBEAT}${word(random, 3)}x`,
    () => HEARTBEAT.replace("galbot_request", "galbot_response"),
  ])();
}

/** A request that decodes and then makes no sense: answered, never fatal. */
export function senseless(random: Random): string {
  const args = pick(random, [
    {},
    { app_id: "", token: "", sn: "", timestamp: 0 },
    { app_id: "a", token: "t", sn: `D\r\n\u001b[31m${integer(random, 0, 9)}`, timestamp: 1 },
    { app_id: "a", token: "t", sn: "x".repeat(integer(random, 65, 500)), timestamp: 1 },
    { app_id: ["a"], token: { a: 1 }, sn: 7, timestamp: null },
    { app_id: "a", token: "t".repeat(600), sn: "D1", timestamp: -1e308 },
    {
      app_id: "a",
      token: "t",
      sn: "D1",
      timestamp: 1,
      labels: Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i, "x"])),
    },
  ]);
  return JSON.stringify({
    op: "galbot_request",
    service: "/api/user/login",
    args,
    request_id: integer(random, 0, 1e9),
  });
}

function badText(random: Random, length: number): Buffer {
  const [, sequence] = pick(random, BAD_UTF8);
  const at = integer(random, 0, length);
  return Buffer.concat([Buffer.from(word(random, at)), Buffer.from(sequence), Buffer.from(word(random, length - at))]);
}

/** One text in `parts` fragments, a ping or an unasked pong between some of them. */
export function split(random: Random, text: Buffer, parts: number): Buffer {
  const frames: Buffer[] = [];
  for (let part = 0; part < parts; part++) {
    const from = Math.floor((text.length * part) / parts);
    const payload = text.subarray(from, Math.floor((text.length * (part + 1)) / parts));
    frames.push(frame({ opcode: part === 0 ? TEXT : 0, fin: part === parts - 1, payload }));
    if (random() < 0.02) frames.push(frame({ opcode: pick(random, [9, 10]), payload: "between" }));
  }
  return Buffer.concat(frames);
}

function cut(random: Random, whole: Buffer): Buffer {
  return whole.subarray(0, integer(random, 1, whole.length));
}

function mutated(random: Random, whole: Buffer): Buffer {
  const copy = Buffer.from(whole);
  for (let i = integer(random, 1, 9); i > 0; i--) {
    const at = integer(random, 0, copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << integer(random, 0, 8));
  }
  return copy;
}
