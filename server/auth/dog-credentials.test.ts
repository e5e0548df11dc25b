import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createDogCredentials } from "./create-dog-credentials.ts";
import { loadSecret } from "./secrets.ts";
import { digestToken, newToken } from "./token-digest.ts";
import { parseTokenFile } from "./token-file.ts";

const PEPPER = "pepper-of-the-tests";
const hex = (token: string) => digestToken(PEPPER, token).toString("hex");
let dir: string;
let clock: FakeClock;
let lines: string[];

const log = {
  info: (fields: object, text: string) => void lines.push(`info ${text} ${JSON.stringify(fields)}`),
  warn: (fields: object, text: string) => void lines.push(`warn ${text} ${JSON.stringify(fields)}`),
  error: (fields: object, text: string) => void lines.push(`error ${text} ${JSON.stringify(fields)}`),
};
const write = (dogs: object[]) => {
  const path = join(dir, "dogs.json");
  writeFileSync(path, JSON.stringify({ dogs }));
  return path;
};
const credentials = (more: { sharedToken?: string; tokensFile?: string } = {}) =>
  createDogCredentials({ clock, log, pepper: PEPPER, ...more });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "leash-auth-"));
  clock = new FakeClock();
  lines = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

describe("dog credentials", () => {
  it("G119: with nothing set nobody is let in, and the log says so", () => {
    const none = credentials();
    expect([none.configured, none.check("", "D1").ok, none.check("x", "D1").ok]).toEqual([false, false, false]);
    expect(lines[0]).toMatch(/^warn no dog credential is set/);
  });

  it("G119: a shared token is any dog's; the warning names the risk and not the token", () => {
    const shared = credentials({ sharedToken: "s3cret-token" });
    expect([shared.check("s3cret-token", "D1").ok, shared.check("s3cret-tokem", "D1").ok]).toEqual([true, false]);
    expect(shared.ownerOf("s3cret-token")).toEqual({ status: "fleet" });
    expect(lines[0]).toMatch(/^warn every dog shares one token/);
    expect(lines.join()).not.toContain("s3cret-token");
  });

  it.each([
    ["abc_-~.9", true],
    ["a+b", false],
    ["a b", false],
    ["a&b", false],
    ["a%20b", false],
    ["a#b", false],
    ["ключ", false],
  ])("G101: whether %s survives a URL: %s", (sharedToken, safe) => {
    expect(credentials({ sharedToken }).urlSafe).toBe(safe);
  });

  it("G119: a dog's own tokens are its own; two are valid during a rotation", () => {
    const [old, young, other] = [newToken(), newToken(), newToken()];
    const file = credentials({
      tokensFile: write([
        { sn: "D1", digests: [hex(old), hex(young)] },
        { sn: "D2", digests: [hex(other)] },
      ]),
    });
    expect([file.check(old, "D1").ok, file.check(young, "D1").ok, file.check(other, "D1").ok]).toEqual([
      true,
      true,
      false,
    ]);
    expect([file.check(other, "D2").ok, file.check(other, "NOBODY").ok]).toEqual([true, false]);
    expect(file.ownerOf(young)).toEqual({ status: "dog", sn: "D1" });
    expect(file.ownerOf("x")).toEqual({ status: "unknown" });
    expect(file.check(old, "D1").digest).not.toContain(old.slice(0, 8));
    file.close();
  });

  it("G120: the file is read again within 2 s of a change; closing ends the watch", () => {
    const [a, b] = [newToken(), newToken()];
    const path = write([{ sn: "D1", digests: [hex(a)] }]);
    const file = credentials({ tokensFile: path });
    write([{ sn: "D1", digests: [hex(a), hex(b)] }]);
    expect(file.check(b, "D1").ok).toBe(false);
    clock.advance(2_000);
    expect([file.check(a, "D1").ok, file.check(b, "D1").ok]).toEqual([true, true]);
    file.close();
    expect(clock.pending).toBe(0);
  });

  it("G120: a broken or missing file keeps the tokens read before and is logged once", () => {
    const token = newToken();
    const path = write([{ sn: "D1", digests: [hex(token)] }]);
    const file = credentials({ tokensFile: path });
    writeFileSync(path, "{ half");
    clock.advance(10_000);
    rmSync(path);
    clock.advance(10_000);
    expect(file.check(token, "D1").ok).toBe(true);
    expect(lines.filter((line) => line.startsWith("error"))).toHaveLength(2);
    write([]);
    clock.advance(2_000);
    expect(file.check(token, "D1").ok).toBe(false);
    file.close();
  });

  it("G120: a broken file at the start throws, naming the variable and what is wrong", () => {
    const path = join(dir, "dogs.json");
    expect(() => credentials({ tokensFile: path })).toThrow(/DOG_TOKENS_FILE .*ENOENT/);
    writeFileSync(path, JSON.stringify({ dogs: [{ sn: "D 1", digests: [hex("x")] }] }));
    expect(() => credentials({ tokensFile: path })).toThrow(/dogs\.0\.sn: expected 1 to 64/);
  });
});

describe("the token file", () => {
  const parse = (dogs: unknown) => parseTokenFile(JSON.stringify({ dogs }));
  it("G119: one dog once, two digests at most, no token for two dogs", () => {
    expect(parse([{ sn: "A", digests: [hex("a")] }])).toMatchObject({ ok: true });
    expect(parse([{ sn: "A", digests: [hex("a"), hex("b"), hex("c")] }])).toMatchObject({ ok: false });
    expect(parse([{ sn: "A", digests: ["plain token"] }])).toMatchObject({
      ok: false,
      reason: expect.stringContaining("HMAC"),
    });
    expect(
      parse([
        { sn: "A", digests: [hex("a")] },
        { sn: "A", digests: [hex("b")] },
      ]),
    ).toEqual({ ok: false, reason: "A is listed twice" });
    expect(
      parse([
        { sn: "A", digests: [hex("a")] },
        { sn: "B", digests: [hex("a")] },
      ]),
    ).toEqual({ ok: false, reason: "A and B share a token" });
  });
});

describe("secrets", () => {
  it("G119: made once with mode 0600, then read; loose modes are tightened", () => {
    const data = join(dir, "data");
    const secret = loadSecret(data, "dog-token-pepper");
    const path = join(data, "dog-token-pepper");
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    chmodSync(path, 0o644);
    expect(loadSecret(data, "dog-token-pepper")).toBe(secret);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8").trim()).toBe(secret);
  });

  it("G119: a truncated secret stops the start, and no name leaves the folder", () => {
    writeFileSync(join(dir, "api-token"), "short");
    expect(() => loadSecret(dir, "api-token")).toThrow(/api-token holds no secret/);
    expect(() => loadSecret(dir, "../x")).toThrow(/no name/);
  });
});
