import { describe, expect, it } from "vitest";
import { bearerToken, createApiTokenCheck } from "./api-token.ts";

describe("the API token", () => {
  it("G119: absent, right or wrong; a header that is there must be right", () => {
    const check = createApiTokenCheck("the-token");
    expect(check(undefined)).toBe("absent");
    expect(check("Bearer the-token")).toBe("right");
    expect(check("bearer  the-token ")).toBe("right");
    for (const header of [
      "",
      "Bearer",
      "Bearer ",
      "Bearer the-toke",
      "Bearer the-tokens",
      "Basic the-token",
      "the-token",
    ]) {
      expect(check(header)).toBe("wrong");
    }
  });

  it("P9: a Bearer token is taken as it is", () => {
    expect(bearerToken("Bearer a+b/c==")).toBe("a+b/c==");
    expect(bearerToken("Bearer a b")).toBeUndefined();
    expect(bearerToken(undefined)).toBeUndefined();
  });
});
