import { describe, expect, it } from "vitest";
import { refusalOf } from "./page-refusal.ts";

const refusal = (method: string, more: Record<string, string> = {}) =>
  refusalOf({ method, headers: new Headers({ host: "127.0.0.1:3000", ...more }) });

describe("C73: pages are read from this machine and nothing else", () => {
  it.each(["GET", "HEAD"])("C73: %s passes", (method) => expect(refusal(method)).toBeUndefined());

  it.each(["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("C73: %s is refused", (method) =>
    expect(refusal(method)).toBe(405),
  );

  it.each(["x-middleware-subrequest", "next-action"])("C73: %s is refused", (name) => {
    expect(refusal("GET", { [name]: "1" })).toBe(400);
    expect(refusal("POST", { [name]: "1" })).toBe(400);
  });

  it.each(["evil.example", "127.0.0.1.evil.example", "192.168.0.7:3000", "", "a b"])(
    "C73: Host %j is refused",
    (host) => expect(refusal("GET", { host })).toBe(403),
  );

  it.each(["localhost:3000", "[::1]:3000", "127.0.0.1"])("C73: Host %s passes", (host) =>
    expect(refusal("GET", { host })).toBeUndefined(),
  );
});
