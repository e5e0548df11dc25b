import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { digestToken } from "./token-digest.ts";

const run = promisify(execFile);
let dir: string;
const makeToken = (...args: string[]) =>
  run(process.execPath, ["server/auth/make-token.ts", ...args], { env: { ...process.env, DATA_DIR: dir } });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "leash-token-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

it("G119: prints a token and the entry that lets it in", async () => {
  const { stdout } = await makeToken("--sn", "DOG_1");
  const token = /^ {2}([A-Za-z0-9_-]{43})$/m.exec(stdout)?.[1] ?? "";
  const entry = JSON.parse(/^ {2}(\{.*\})$/m.exec(stdout)?.[1] ?? "{}");
  const pepper = readFileSync(join(dir, "dog-token-pepper"), "utf8").trim();
  expect(entry).toEqual({ sn: "DOG_1", digests: [digestToken(pepper, token).toString("hex")] });
});

it.each([
  [["--sn", "a b"], "a b"],
  [[], "usage"],
  [["--nonsense"], "nonsense"],
])("G119: refuses %j in words", async (args, word) => {
  await expect(makeToken(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(word) });
});
