import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConsoleEnv } from "./env.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "leash-console-"));
  writeFileSync(join(folder, "api-token"), "generated-token\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("C63: the generated token goes only to a loopback upstream", () => {
  it.each([
    ["http://127.0.0.1:8080", "generated-token"],
    ["http://localhost:8080", "generated-token"],
    ["http://[::1]:8080", "generated-token"],
    ["http://10.0.0.7:8080", undefined],
    ["http://127.0.0.1.evil.example", undefined],
    ["https://gateway.example", undefined],
  ])("C63: to %s goes %s", async (url, token) => {
    const env = loadConsoleEnv({ RECONNECTION_API_URL: url, DATA_DIR: folder });
    expect(await env.upstreamToken()).toBe(token);
  });

  it("C63: a token set by hand goes where it is told", async () => {
    const env = loadConsoleEnv({ RECONNECTION_API_URL: "https://gateway.example", API_TOKEN: "by-hand" });
    expect(await env.upstreamToken()).toBe("by-hand");
  });

  it("C63: no file, no token, no error", async () => {
    expect(await loadConsoleEnv({ DATA_DIR: join(folder, "absent") }).upstreamToken()).toBeUndefined();
  });
});

describe("C63: a bad variable is named", () => {
  it.each([
    [{ RECONNECTION_API_URL: "ftp://x" }, "RECONNECTION_API_URL"],
    [{ RECONNECTION_API_URL: "http://user:pass@x" }, "RECONNECTION_API_URL"],
    [{ DASHBOARD_HOST: "0.0.0.0" }, "DASHBOARD_HOST"],
    [{ API_TOKEN: "line\nbreak" }, "API_TOKEN"],
  ])("C63: %o", (variables, name) => {
    expect(() => loadConsoleEnv(variables)).toThrow(name);
  });
});
