import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { startChild } from "../scripts/run/child.ts";
import { freePort } from "./fixtures/free-port.ts";
import { expect, test } from "./fixtures/test.ts";

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** What comes back for these bytes until the console closes. */
function answerTo(consoleUrl: string, head: string): Promise<string> {
  const { port } = new URL(consoleUrl);
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(`${head}\r\n\r\n`));
    socket.on("data", (bytes) => {
      text += String(bytes);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

test("C74: no upgrade is answered or passed on, whatever its target", async ({ consoleUrl, request }) => {
  let canaryHits = 0;
  const canary = createServer((_, response) => response.end()).on("connection", () => {
    canaryHits += 1;
  });
  await new Promise<void>((listening) => canary.listen(0, "127.0.0.1", listening));
  const canaryHost = `127.0.0.1:${(canary.address() as AddressInfo).port}`;
  const { host } = new URL(consoleUrl);
  for (const target of ["/", "/unknown", "/api/stream", `http://${canaryHost}/`, `//${canaryHost}/`]) {
    const answer = await answerTo(consoleUrl, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${UPGRADE}`.trimEnd());
    expect(answer, target).toMatch(/^HTTP\/1\.1 403 /);
  }
  const absolute = await answerTo(
    consoleUrl,
    `GET http://${canaryHost}/ HTTP/1.1\r\nHost: ${host}\r\nConnection: close`,
  );
  expect(absolute).toMatch(/^HTTP\/1\.1 400 /);
  expect(canaryHits).toBe(0);
  canary.close();
  expect((await request.get("/api/health")).status(), "the console is alive").toBe(200);
});

test("C73: what abuses Next's own plumbing reaches no page and shows no dog", async ({ consoleUrl, fleet }) => {
  await fleet.dog({ sn: "SECRET-1" });
  const { host } = new URL(consoleUrl);
  const junk = '["$1:__proto__:then","$F1"]';
  const body = `Content-Type: text/plain\r\nContent-Length: ${junk.length}\r\nConnection: close\r\n\r\n${junk}`;
  const hostile: readonly [string, RegExp][] = [
    [
      `GET /dogs HTTP/1.1\r\nHost: ${host}\r\nx-middleware-subrequest: middleware:middleware\r\nConnection: close`,
      /^HTTP\/1\.1 400 /,
    ],
    ["GET /dogs HTTP/1.1\r\nHost: evil.example\r\nConnection: close", /^HTTP\/1\.1 403 /],
    ["GET /dogs HTTP/1.1\r\nHost: evil.example\r\nrsc: 1\r\nConnection: close", /^HTTP\/1\.1 (307|403) /],
    ["GET /dogs.rsc HTTP/1.1\r\nHost: evil.example\r\nConnection: close", /^HTTP\/1\.1 (403|404) /],
    ["GET /_next/data/x/dogs.json HTTP/1.1\r\nHost: evil.example\r\nConnection: close", /^HTTP\/1\.1 (403|404) /],
    ["GET /api/dogs HTTP/1.1\r\nHost: evil.example\r\nConnection: close", /^HTTP\/1\.1 401 /],
    [`POST /dogs HTTP/1.1\r\nHost: ${host}\r\nnext-resume: 1\r\n${body}`, /^HTTP\/1\.1 405 /],
    [`POST /dogs HTTP/1.1\r\nHost: ${host}\r\nnext-action: 7f00\r\n${body}`, /^HTTP\/1\.1 400 /],
    [`POST /dogs HTTP/1.1\r\nHost: ${host}\r\n${body}`, /^HTTP\/1\.1 405 /],
  ];
  for (const [head, expected] of hostile) {
    const answer = await answerTo(consoleUrl, head);
    expect(answer, head).toMatch(expected);
    expect(answer, head).not.toContain("SECRET-1");
  }
  const good = await answerTo(consoleUrl, `GET /api/dogs HTTP/1.1\r\nHost: ${host}\r\nConnection: close`);
  expect(good, "the console is alive, and this is what was protected").toContain("SECRET-1");
});

for (const [what, args, variables] of [
  ["without a host", [], {}],
  ["on every address", ["-H", "0.0.0.0"], {}],
  ["told to by DASHBOARD_HOST", ["-H", "127.0.0.1"], { DASHBOARD_HOST: "0.0.0.0" }],
] as const) {
  test(`C75: started ${what}, the console refuses to run`, async () => {
    const port = String(await freePort());
    const said: string[] = [];
    const child = startChild(
      {
        name: "console",
        args: ["node_modules/next/dist/bin/next", "start", ...args, "-p", port],
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          NODE_ENV: "production",
          LEASH_DIST_DIR: process.env.LEASH_DIST_DIR,
          ...variables,
        },
        graceMs: 2_000,
      },
      (line) => said.push(line),
    );
    await child.ended;
    expect([...said, ...child.untoldLines()].join("\n")).toMatch(/console: .*(expected a loopback address)/);
  });
}
