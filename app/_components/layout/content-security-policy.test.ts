import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, makeNonce } from "./content-security-policy.ts";

describe("content security policy", () => {
  it("C27: scripts need the request's nonce; nothing may be framed, based or embedded", () => {
    expect(contentSecurityPolicy("N", { allowEval: false })).toBe(
      "default-src 'self'; script-src 'self' 'nonce-N' 'strict-dynamic'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
  });

  it("C27: a nonce is 128 bits of the generator's", () => {
    const nonce = makeNonce({ getRandomValues: <T>(bytes: T): T => bytes });
    expect(nonce).toBe("AAAAAAAAAAAAAAAAAAAAAA==");
  });
});
