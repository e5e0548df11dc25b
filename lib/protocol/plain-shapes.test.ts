import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeValue, parseJson } from "./codec.ts";
import { dogMessage, loginArgs } from "./messages.ts";
import { plainDogMessage, plainLoginArgs } from "./plain-shapes.ts";

const text = (most: number) =>
  fc.oneof(fc.string({ maxLength: most + 8 }), fc.string({ minLength: most - 1, maxLength: most + 1 }));
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(null, [], {}, "", -0));
const oneOf = <T>(likely: fc.Arbitrary<T>) => fc.oneof({ weight: 6, arbitrary: likely }, { weight: 1, arbitrary: odd });

const message = fc.record(
  {
    op: oneOf(fc.constant("galbot_request")),
    service: oneOf(text(128)),
    args: oneOf(fc.dictionary(fc.string(), fc.jsonValue())),
    request_id: oneOf(text(128)),
    extra: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const login = fc.record(
  {
    app_id: oneOf(text(64)),
    token: oneOf(text(512)),
    sn: oneOf(fc.stringMatching(/^[A-Za-z0-9_-]{1,66}$/)),
    timestamp: oneOf(text(32)),
    client: odd,
    schedule: odd,
    labels: odd,
    extra: odd,
  },
  { requiredKeys: [] },
);
const whole = <T>(of: fc.Arbitrary<T>, ...keys: (keyof T)[]) =>
  of.map((value) =>
    Object.fromEntries(Object.entries(value as object).filter(([key]) => keys.includes(key as keyof T))),
  );

/** As it arrives: through the wire's own parser, which knows neither undefined nor `__proto__`. */
function arrived(value: unknown): unknown {
  const json = parseJson(JSON.stringify(value));
  return json.ok ? json.message : undefined;
}

it("P2: what is plainly a message is what the schema says it is", () => {
  let plainly = 0;
  fc.assert(
    fc.property(fc.oneof(message, whole(message, "op", "service", "args", "request_id"), odd), (value) => {
      const came = arrived(value);
      const plain = plainDogMessage(came);
      if (!plain) return;
      plainly++;
      expect({ ok: true, message: plain }).toEqual(decodeValue(dogMessage, came));
    }),
    { numRuns: 1_000 },
  );
  expect(plainly).toBeGreaterThan(50);
});

it("P3: what is plainly a seed dog's login is what the schema says it is", () => {
  let plainly = 0;
  fc.assert(
    fc.property(fc.oneof(login, whole(login, "app_id", "token", "sn", "timestamp"), odd), (value) => {
      const came = arrived(value);
      const plain = plainLoginArgs(came);
      if (!plain) return;
      plainly++;
      expect({ ok: true, message: plain }).toEqual(decodeValue(loginArgs, came));
    }),
    { numRuns: 1_000 },
  );
  expect(plainly).toBeGreaterThan(20);
});

it("P3: a login that says more is left to the schema", () => {
  const seed = { app_id: "a", token: "t", sn: "D1", timestamp: "1" };
  expect(plainLoginArgs(seed)).toEqual(seed);
  for (const more of [{ client: "leash" }, { outage: {} }, { timestamp: 1 }, { sn: "D 1" }])
    expect(plainLoginArgs({ ...seed, ...more })).toBeUndefined();
});
