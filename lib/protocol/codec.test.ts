import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { decode, isShallow, parseJson } from "./codec.ts";
import { dogMessage, loginArgs } from "./messages.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

describe("P10: what is dangerous is refused before use", () => {
  it("nesting deeper than 16, however deep", () => {
    expect(parseJson(nested(16)).ok).toBe(true);
    expect(parseJson(nested(17))).toEqual({ ok: false, reason: "nested deeper than 16" });
    expect(parseJson(nested(32_000)).ok).toBe(false);
  });

  it("brackets in strings are text", () => {
    expect(isShallow(JSON.stringify({ a: "[".repeat(100), b: '\\"[[[[[[[[[[[[[[[[[[[' }))).toBe(true);
  });

  it.each([
    '{"__proto__":{"a":1}}',
    '{"a":{"__proto__":1}}',
    '{"\\u005f_proto__":1}',
    '[{"\\u005F\\u005fproto\\u005f_":{}}]',
  ])("%s", (text) => {
    expect(parseJson(text)).toEqual({ ok: false, reason: "the key __proto__ is not allowed" });
    expect(Object.prototype).not.toHaveProperty("a");
  });

  it("a value that says __proto__ is a value", () => {
    expect(parseJson('{"a":"__proto__"}')).toEqual({ ok: true, message: { a: "__proto__" } });
  });
});

it("P10: no text makes the codec throw, and what is JSON comes through", () => {
  fc.assert(fc.property(fc.string(), (text) => void decode(dogMessage, text)));
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      if (text.includes("__proto__")) return;
      expect(parseJson(text)).toEqual({ ok: true, message: JSON.parse(text) });
    }),
  );
});

it("P3: a refusal names the field that is wrong", () => {
  const login = { app_id: "a", token: "t", sn: "dog 1", timestamp: "0" };
  expect(decode(loginArgs, JSON.stringify(login))).toEqual({
    ok: false,
    reason: "sn: expected 1 to 64 of A-Z a-z 0-9 _ -",
  });
  expect(decode(dogMessage, "{}")).toMatchObject({ ok: false, reason: expect.stringContaining("op:") });
  expect(decode(dogMessage, "nonsense")).toEqual({ ok: false, reason: "not JSON" });
});

it("P3: a login without optional fields is the seed's client; odd ones are refused", () => {
  const seed = { app_id: "dog_app_001", token: "t", sn: "dog_sn_001", timestamp: "1700000000" };
  expect(decode(loginArgs, JSON.stringify(seed))).toEqual({ ok: true, message: seed });
  const labels = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`k${i}`, "v"]));
  expect(decode(loginArgs, JSON.stringify({ ...seed, labels })).ok).toBe(false);
  expect(decode(loginArgs, JSON.stringify({ ...seed, labels: { site: "x".repeat(65) } })).ok).toBe(false);
  expect(
    decode(loginArgs, JSON.stringify({ ...seed, schedule: { max_retries: -1, base_delay_ms: 1, max_delay_ms: 1 } })).ok,
  ).toBe(false);
});
