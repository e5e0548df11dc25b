import { expect, it } from "vitest";
import { z } from "zod";
import { CLOSE } from "./close-codes.ts";
import { dogMessage, gatewayMessage, loginAnswerArgs, loginArgs, PROTOCOL_VERSION } from "./messages.ts";
import { SHIPPED, wireHash } from "./wire-hash.ts";

it("P1: the wire shape is the one recorded for this version", () => {
  const codes = Object.values(CLOSE).map(({ code, policy }) => [code, policy]);
  expect(wireHash([dogMessage, gatewayMessage, loginArgs, loginAnswerArgs, codes])).toBe(SHIPPED[PROTOCOL_VERSION]);
});

it("P1: the fingerprint sees a changed limit, not the order of lines", () => {
  const shape = z.object({ a: z.string().max(4), b: z.number() });
  expect(wireHash([z.object({ b: z.number(), a: z.string().max(4) })])).not.toBe(
    wireHash([shape.extend({ a: z.string().max(5) })]),
  );
  expect(wireHash([{ b: 1, a: 2 }])).toBe(wireHash([{ a: 2, b: 1 }]));
});
