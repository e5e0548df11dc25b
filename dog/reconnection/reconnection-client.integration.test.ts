import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { ReconnectionClient } from "./reconnection-client.ts";
import type { ReconnectionOptions } from "./reconnection-options.ts";

/** Every random wait is the shortest but for a trifle: real time passes here. */
const SOON: ReconnectionOptions = { baseDelayMs: 20, maxDelayMs: 100, random: () => 0.001 };

class TestServer {
  readonly tokens: (string | undefined)[] = [];
  readonly closes: number[] = [];
  readonly urls: (string | undefined)[] = [];
  /** Answered to the next upgrades instead of 101. */
  refusals: number[] = [];
  onConnection: (ws: WebSocket) => void = () => {};
  readonly sockets = new Set<WebSocket>();
  #http: Server = createServer();
  #port = 0;

  get url(): string {
    return `ws://127.0.0.1:${this.#port}/ws`;
  }

  async start(): Promise<this> {
    this.#http = createServer((_request, response) => response.end("ok"));
    const wss = new WebSocketServer({ noServer: true });
    this.#http.on("upgrade", (request, socket, head) => {
      this.tokens.push(request.headers.authorization);
      this.urls.push(request.url);
      const refusal = this.refusals.shift();
      if (refusal !== undefined) {
        socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      wss.handleUpgrade(request, socket, head, (ws) => {
        this.sockets.add(ws);
        ws.on("error", () => {});
        ws.on("close", (code) => {
          this.sockets.delete(ws);
          this.closes.push(code);
        });
        this.onConnection(ws);
      });
    });
    await new Promise<void>((done) => this.#http.listen(this.#port, "127.0.0.1", done));
    this.#port = (this.#http.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const ws of this.sockets) ws.terminate();
    this.#http.closeAllConnections();
    await new Promise<void>((done) => this.#http.close(() => done()));
  }
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(): Promise<TestServer> {
  const server = await new TestServer().start();
  cleanups.push(() => server.stop());
  return server;
}

function connectTo(server: TestServer, options: ReconnectionOptions = {}) {
  const client = new ReconnectionClient(server.url, "token-1", { ...SOON, ...options });
  cleanups.push(() => client.stopReconnection());
  return client;
}

/** The next call of a callback. */
function next(): { promise: Promise<unknown>; call: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, call: resolve };
}

describe("D27: ReconnectionClient over real sockets", () => {
  it("connects, speaks, comes back after its server died and was started again, and says goodbye", async () => {
    const server = await serve();
    const messages: string[] = [];
    server.onConnection = (ws) => ws.on("message", (text) => ws.send(`echo ${text}`));
    let reconnected = next();
    const echoed = next();
    const errors: Error[] = [];
    const client = connectTo(server);
    client.setMessageCallback((text) => {
      messages.push(text);
      echoed.call();
    });
    client.setDisconnectCallback((error) => errors.push(error));
    client.setReconnectCallback(() => reconnected.call());
    const socket = await client.connectWithRetry();
    socket.send("hello");
    await echoed.promise;
    expect([messages, server.tokens, server.urls]).toEqual([["echo hello"], ["Bearer token-1"], ["/ws"]]);
    reconnected = next();
    await server.stop();
    await expect.poll(() => errors.length).toBeGreaterThan(1);
    expect(client.isReconnecting()).toBe(true);
    await server.start();
    await reconnected.promise;
    const again = await client.connectWithRetry();
    expect(again.send("still here")).toBe(true);
    await client.stopReconnection();
    await expect.poll(() => server.closes.at(-1)).toBe(1000);
    expect(client.isReconnecting()).toBe(false);
  });

  it("a refused token: the callback's new one opens the door", async () => {
    const server = await serve();
    server.refusals = [401];
    const client = connectTo(server, { refreshToken: async () => "token-2" });
    await client.connectWithRetry();
    expect(server.tokens).toEqual(["Bearer token-1", "Bearer token-2"]);
  }, 15_000);

  it("its list of servers never wraps: ours finds the first again after the second died", async () => {
    const [first, second] = await Promise.all([serve(), serve()]);
    await first.stop();
    const client = connectTo(first, { servers: [second.url] });
    await client.connectWithRetry();
    expect(second.sockets.size).toBe(1);
    await first.start();
    await second.stop();
    await expect.poll(() => first.sockets.size, { timeout: 5_000 }).toBe(1);
  });

  it("a server that accepts and drops at once is no storm, and does not start the backoff anew", async () => {
    const server = await serve();
    const accepted: number[] = [];
    server.onConnection = (ws) => {
      accepted.push(performance.now());
      ws.terminate();
    };
    const client = connectTo(server, { baseDelayMs: 100, maxDelayMs: 400, random: () => 0 });
    client.connectWithRetry().catch(() => {});
    await expect.poll(() => accepted.length, { timeout: 15_000 }).toBe(6);
    await client.stopReconnection();
    const waits = accepted.slice(1).map((at, index) => at - (accepted[index] ?? Number.NaN));
    // Least waits alone: a busy machine only lengthens them. The first is a first dial's, from 0 ms.
    for (const [index, leastMs] of [0, 100, 200, 400, 400].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(leastMs - 5);
    }
  });

  it("gives up as told, with what it met; the next call starts afresh", async () => {
    const server = await serve();
    const client = connectTo(server, { maxRetries: 1 });
    server.refusals = [404, 404];
    await expect(client.connectWithRetry()).rejects.toMatchObject({
      code: "gave_up",
      message: /after 2 dials: HTTP 404/,
    });
    await expect(client.connectWithRetry()).resolves.toBeDefined();
  });

  it("half-open: a server that falls silent is left, and found again", async () => {
    const server = await serve();
    const client = connectTo(server, { watchdogMs: 200 });
    const lost = next();
    client.setDisconnectCallback(lost.call);
    await client.connectWithRetry();
    await lost.promise;
    await expect.poll(() => server.urls.length, { timeout: 5_000 }).toBeGreaterThan(1);
    await expect.poll(() => server.closes[0]).toBe(1006);
    await client.stopReconnection();
  });
});
