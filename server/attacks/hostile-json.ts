/** Texts that are dangerous to use before they are refused, by what they try. None may be taken for a request. */
export const REFUSED_TEXTS: readonly (readonly [string, string])[] = [
  ["arrays 32,000 deep", `${"[".repeat(32_000)}${"]".repeat(32_000)}`],
  ["objects 10,000 deep", `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`],
  ["arrays 32,000 deep that never close", "[".repeat(32_000)],
  ["login arguments 17 deep", request("/api/user/login", `${'{"a":'.repeat(16)}1${"}".repeat(16)}`)],
  ["heartbeat arguments 10,000 deep", request("/api/heartbeat", `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`)],
  ["an unknown service's arguments 10,000 deep", request("/x", `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`)],
  ["a prototype", '{"__proto__":{"admin":true},"op":"galbot_request","service":"/api/heartbeat"}'],
  ["a prototype in a login", request("/api/user/login", '{"__proto__":{"sn":"D1"}}')],
  ["a prototype in a heartbeat", request("/api/heartbeat", '{"__proto__":{"toString":1}}')],
  ["a prototype in an unknown service", request("/x", '{"a":{"b":{"__proto__":{"polluted":true}}}}')],
  ["a prototype in escapes", request("/x", '{"\\u005f\\u005fproto\\u005f\\u005f":{"polluted":true}}')],
  ["a prototype inside an array", request("/x", '{"a":[{"__proto__":[]}]}')],
  ["half a surrogate pair as JSON's key", '{"\\ud800":'],
  ["an endless number", `{"op":${"9".repeat(60_000)}}`],
  ["no value", ""],
  ["only blanks", " ".repeat(60_000)],
  ["two values", '{"op":"galbot_request","service":"/x"}{"op":"galbot_request","service":"/x"}'],
  ["a comment", '{"op":"galbot_request",/* */"service":"/x"}'],
  ["NaN", request("/x", '{"a":NaN}')],
  ["a request identifier past every number", `{"op":"galbot_request","service":"/x","args":{},"request_id":1e999}`],
  ["a request identifier that is an object", `{"op":"galbot_request","service":"/x","args":{},"request_id":{"a":1}}`],
  ["a service of 60,000 characters", request("/".repeat(60_000), "{}")],
  ["arguments that are a list", request("/api/user/login", "[1,2,3]")],
  ["arguments that are null", request("/api/user/login", "null")],
];

/** Requests that decode, and the code each is answered with; `args` are raw JSON. */
export const ANSWERED_ARGS: readonly (readonly [string, string, string, number])[] = [
  ["constructor.prototype", "/x", '{"constructor":{"prototype":{"polluted":true}}}', 404],
  ["constructor.prototype in a heartbeat", "/api/heartbeat", '{"constructor":{"prototype":{"polluted":true}}}', 401],
  ["8,000 keys", "/x", manyKeys(8_000), 404],
  ["8,000 keys in a heartbeat", "/api/heartbeat", manyKeys(8_000), 401],
  ["8,000 keys in a login", "/api/user/login", manyKeys(8_000), 400],
  ["duplicate keys", "/x", '{"a":1,"a":2,"a":{"a":3,"a":4}}', 404],
  ["half a surrogate pair as a key", "/x", '{"\\ud800":"\\udfff"}', 404],
  ["half a surrogate pair in a service", "/\\ud800", "{}", 404],
  ["control characters in a service", "/\\r\\n\\u001b[31m", "{}", 404],
  ["a service named like a prototype", "__proto__", "{}", 404],
  ["a service named like a method", "toString", "{}", 404],
  ["huge numbers", "/x", '{"a":1e308,"b":-1e308,"c":5e-324,"d":123456789012345678901234567890,"e":-0}', 404],
  ["a number past every number", "/x", '{"a":1e999}', 404],
];

const LOGIN = { app_id: "a", token: "t", sn: "D1", timestamp: 1 };
const raw = (changes: Readonly<Record<string, string>>) =>
  `{${Object.entries({ app_id: '"a"', token: '"t"', sn: '"D1"', timestamp: "1", ...changes })
    .map(([key, value]) => `"${key}":${value}`)
    .join()}}`;

/** Logins whose arguments are refused with 400, by the field that is wrong. */
export const REFUSED_LOGINS: readonly (readonly [string, string])[] = [
  ["sn with CR LF", raw({ sn: '"D1\\r\\nX-Evil: 1"' })],
  ["sn with ESC", raw({ sn: '"\\u001b[2JD1"' })],
  ["sn with NUL", raw({ sn: '"D1\\u0000"' })],
  ["sn with half a surrogate pair", raw({ sn: '"D1\\ud83d"' })],
  ["sn with a path", raw({ sn: '"../../etc/passwd"' })],
  ["sn with markup", raw({ sn: '"<script>"' })],
  ["sn with a formula", raw({ sn: '"=1+1"' })],
  ["sn ending in a newline", raw({ sn: '"D1\\n"' })],
  ["sn of 65 characters", raw({ sn: `"${"x".repeat(65)}"` })],
  ["sn of 60,000 characters", raw({ sn: `"${"x".repeat(60_000)}"` })],
  ["sn that is a number", raw({ sn: "1e308" })],
  ["sn that is a list", raw({ sn: '["D1"]' })],
  ["sn that is an object", raw({ sn: '{"toString":"D1"}' })],
  ["no sn", JSON.stringify({ ...LOGIN, sn: undefined })],
  ["a timestamp past every number", raw({ timestamp: "1e999" })],
  ["a timestamp that is an object", raw({ timestamp: '{"valueOf":1}' })],
  ["a token of 60,000 characters", raw({ token: `"${"t".repeat(60_000)}"` })],
  ["a schedule of huge numbers", raw({ schedule: '{"max_retries":1e308,"base_delay_ms":1e308,"max_delay_ms":1e308}' })],
  ["a schedule of tiny numbers", raw({ schedule: '{"max_retries":5e-324,"base_delay_ms":5e-324,"max_delay_ms":-0}' })],
  ["a schedule of negative numbers", raw({ schedule: '{"max_retries":-1,"base_delay_ms":-1,"max_delay_ms":-1}' })],
  ["an outage of negative length", raw({ outage: '{"id":"x","dials":1,"duration_ms":-1}' })],
  [
    "an outage of 33 delays",
    raw({ outage: `{"id":"x","dials":1,"duration_ms":1,"delays_ms":[${Array(33).fill(1)}]}` }),
  ],
  ["nine labels", raw({ labels: JSON.stringify(Object.fromEntries([..."abcdefghi"].map((key) => [key, "x"]))) })],
  ["a label that is an object", raw({ labels: '{"site":{"a":1}}' })],
  ["1,000 labels", raw({ labels: manyKeys(1_000, '"x"') })],
];

/** Names every object answers to, valid as a dog's and as a text: keys that must not be looked up on an object. */
export const INHERITED_NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "null",
  "undefined",
  "NaN",
  "-1",
] as const;

export function request(service: string, args: string, requestId = "1"): string {
  return `{"op":"galbot_request","service":"${service}","args":${args},"request_id":"${requestId}"}`;
}

export function manyKeys(count: number, value = "0"): string {
  return `{${Array.from({ length: count }, (_, i) => `"${i.toString(36)}":${value}`).join()}}`;
}
