import { createServer, Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { addressesBeyondLoopback, refuseUpgrades } from "./console-guard.ts";

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  open.push(server);
  await new Promise<void>((listening) => server.listen(0, host, listening));
  return (server.address() as AddressInfo).port;
}

/** Guarding is of a class for good: each test guards its own. */
async function guarded(): Promise<{ port: number; seen: string[] }> {
  const seen: string[] = [];
  class GuardedServer extends Server {}
  refuseUpgrades(GuardedServer);
  const server = new GuardedServer((request, response) => {
    seen.push(request.url ?? "");
    response.end("page");
  });
  server.on("upgrade", (request) => seen.push(`upgrade ${request.url}`));
  return { port: await listen(server), seen };
}

/** The first line of the answer once the other side has closed. */
function ask(port: number, target: string, more = "Connection: close\r\n"): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${more}\r\n`),
    );
    socket.on("data", (bytes) => {
      text += String(bytes);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text.split("\r\n")[0] ?? ""));
  });
}

const UPGRADE =
  "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

describe("C74: the console refuses every upgrade before Next sees it", () => {
  it.each(["/", "/ws", "/api/stream", "/_next/static/x", "//127.0.0.1:1/"])("C74: on %s", async (target) => {
    const { port, seen } = await guarded();
    expect(await ask(port, target, UPGRADE)).toBe("HTTP/1.1 403 Forbidden");
    expect(seen).toEqual([]);
  });

  it("C74: in absolute form, with and without Upgrade; the named host hears nothing", async () => {
    const { port, seen } = await guarded();
    let canaryHits = 0;
    const canary = createServer((_, response) => response.end()).on("connection", () => {
      canaryHits += 1;
    });
    const canaryUrl = `http://127.0.0.1:${await listen(canary)}/`;
    expect(await ask(port, canaryUrl, UPGRADE)).toBe("HTTP/1.1 403 Forbidden");
    expect(await ask(port, canaryUrl)).toBe("HTTP/1.1 400 Bad Request");
    expect(seen).toEqual([]);
    expect(canaryHits).toBe(0);
  });

  it("C74: a plain request passes", async () => {
    const { port, seen } = await guarded();
    expect(await ask(port, "/reconnections")).toBe("HTTP/1.1 200 OK");
    expect(seen).toEqual(["/reconnections"]);
  });
});

describe("C75: where the console listens is seen from the socket, not from a variable", () => {
  it("C75: loopback is fine, every address is not, what does not listen does not count", async () => {
    const local = createServer();
    await listen(local);
    const wide = createServer();
    await listen(wide, "0.0.0.0");
    expect(addressesBeyondLoopback([local, createServer(), {}, null])).toEqual([]);
    expect(addressesBeyondLoopback([local, wide])).toEqual(["0.0.0.0"]);
  });
});
