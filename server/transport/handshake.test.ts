import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathOf, readHandshake, trustProxies } from "./handshake.ts";

const request = (url: string, headers: Record<string, string> = {}, remoteAddress = "::ffff:10.0.0.9") =>
  ({ url, headers, socket: { remoteAddress } }) as unknown as IncomingMessage;
const read = (url: string, headers?: Record<string, string>) => readHandshake(request(url, headers), trustProxies([]));

describe("what a handshake says", () => {
  it("P9: the token of the URL or of the header; the header wins; empty is none", () => {
    expect(read("/ws?token=abc")).toMatchObject({ token: "abc", tokenFrom: "query" });
    expect(read("/ws?token=abc", { authorization: "Bearer xyz" })).toMatchObject({ token: "xyz", tokenFrom: "header" });
    expect(read("/ws?token=").token).toBeUndefined();
    expect(read("/ws").token).toBeUndefined();
    expect(read(`/ws?token=${"a".repeat(5_000)}`).token).toHaveLength(512);
  });

  it("P9: the short way of reading a token gives what the URL's own reading gives", () => {
    const parts = "token= token = & a Z9 . _~- + %41 %20 %zz % é ? #".split(" ");
    const anyOf = (units: readonly string[], maxLength: number) =>
      fc.array(fc.constantFrom(...units), { maxLength }).map((chosen) => chosen.join(""));
    const query = fc.oneof(
      anyOf(parts, 12),
      anyOf([..."aZ09._~-%+&="], 40).map((token) => `token=${token}`),
      fc.integer({ min: 500, max: 530 }).map((length) => `token=${"aZ09._~-".repeat(67).slice(0, length)}`),
    );
    fc.assert(
      fc.property(query, (text) => {
        const slow = new URLSearchParams(text).get("token")?.slice(0, 512) || undefined;
        expect(read(`/ws?${text}`).token).toBe(slow);
      }),
    );
  });

  it("G101: the path without its query", () => {
    expect(["/ws", "/ws?token=a?b", "/ws/", ""].map((url) => pathOf(request(url)))).toEqual(["/ws", "/ws", "/ws/", ""]);
  });

  it("P3: a user agent is made safe and cut", () => {
    const { userAgent } = read("/ws", { "user-agent": `a\u001b[31m${"x".repeat(1_000)}` });
    expect(userAgent).toMatch(/^a\\u001b/);
    expect(userAgent?.length).toBeLessThan(270);
  });

  it("G101: a forwarded address is believed from a trusted proxy only, and only the nearest stranger", () => {
    const headers = { "x-forwarded-for": "6.6.6.6, 203.0.113.7, 10.0.0.8" };
    const from = (...trusted: string[]) => readHandshake(request("/ws", headers), trustProxies(trusted)).remoteAddress;
    expect(from()).toBe("10.0.0.9");
    expect(from("10.0.0.9")).toBe("10.0.0.8");
    expect(from("10.0.0.0/8")).toBe("203.0.113.7");
    const junk = request("/ws", { "x-forwarded-for": "nonsense" });
    expect(readHandshake(junk, trustProxies(["10.0.0.0/8"])).remoteAddress).toBe("10.0.0.9");
  });

  it.each(["proxy.example", "10.0.0.0/", "10.0.0.0/ ", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/-1", "::1/129", ""])(
    'G101: "%s" is no proxy to trust',
    (entry) => {
      expect(() => trustProxies(["127.0.0.1", entry])).toThrow(`"${entry}" is no address and no CIDR range`);
    },
  );

  it("G101: a range of IPv6 is trusted as one of IPv4 is", () => {
    const trusted = trustProxies(["fd00::/8", "192.0.2.0/24"]);
    expect(["fd12::1", "fe80::1", "192.0.2.255", "192.0.3.1"].map(trusted)).toEqual([true, false, true, false]);
  });
});
