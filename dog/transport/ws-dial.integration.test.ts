import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { createCertificate } from "#dog/testing/certificate.ts";
import type { DialEnd, DialTarget, DogSocket } from "./dial.ts";
import { pollHealth } from "./health-poll.ts";
import { dialWebSocket } from "./ws-dial.ts";

const ca = createCertificate({ commonName: "test ca" });
const issuer = { ...ca, commonName: "test ca" };
const gateway = createCertificate({ commonName: "gateway", names: ["gateway.test"], issuer });
const dog = createCertificate({ commonName: "dog", issuer });

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

async function listen<S extends Server | ReturnType<typeof createTcpServer>>(server: S): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => void sockets.add(socket));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A WebSocket server that hands over its end of the first connection. */
async function serve(secure = false) {
  const asked = { ...gateway, ca: ca.cert, requestCert: true, rejectUnauthorized: false };
  const server = secure ? createSecureServer(asked) : createServer();
  const port = await listen(server as Server);
  const first = Promise.withResolvers<{ ws: WebSocket; request: IncomingMessage }>();
  new WebSocketServer({ server }).on("connection", (ws, request) => first.resolve({ ws, request }));
  return { port, connection: first.promise };
}

function dial(target: Partial<DialTarget> & { readonly url: string }) {
  const opened = Promise.withResolvers<DogSocket>();
  const ended = Promise.withResolvers<DialEnd>();
  const seen = { heard: 0, messages: [] as string[], ends: 0 };
  const abort = dialWebSocket(
    { handshakeTimeoutMs: 5_000, ...target },
    {
      opened: opened.resolve,
      message: (text) => void seen.messages.push(text),
      heard: () => void seen.heard++,
      ended(end) {
        seen.ends++;
        ended.resolve(end);
      },
    },
  );
  cleanups.push(abort);
  return { opened: opened.promise, ended: ended.promise, seen, abort };
}

const once = (emitter: { once(event: string, listener: (...args: unknown[]) => void): unknown }, event: string) =>
  new Promise<unknown[]>((done) => emitter.once(event, (...args) => done(args)));

describe("D23: the dial port", () => {
  it("speaks: messages both ways, headers, the peer's ping answered with its payload and heard", async () => {
    const { port, connection } = await serve();
    const line = dial({ url: `ws://127.0.0.1:${port}/ws`, headers: { Authorization: "Bearer t" } });
    const [socket, { ws, request }] = await Promise.all([line.opened, connection]);
    expect([request.url, request.headers.authorization]).toEqual(["/ws", "Bearer t"]);
    const received = once(ws, "message");
    expect(socket.send("hello")).toBe(true);
    expect(String((await received)[0])).toBe("hello");
    const before = line.seen.heard;
    const pong = once(ws, "pong");
    ws.ping("payload 7");
    expect(String((await pong)[0])).toBe("payload 7");
    expect(line.seen.heard).toBeGreaterThan(before);
    ws.close(4200, "token_expired");
    expect(await line.ended).toMatchObject({
      opened: true,
      closeCode: 4200,
      closeReason: "token_expired",
      error: null,
    });
    expect(socket.send("too late")).toBe(false);
  });

  it("closes with a frame, also where the reason is too long for one; a peer that does not answer is let go", async () => {
    const { port, connection } = await serve();
    const line = dial({ url: `ws://127.0.0.1:${port}/ws` });
    const [socket, { ws }] = await Promise.all([line.opened, connection]);
    const closed = once(ws, "close");
    socket.close(1000, "x".repeat(500));
    expect((await closed)[0]).toBe(1000);
    expect(await line.ended).toMatchObject({ closeCode: 1000 });
    expect(line.seen.ends).toBe(1);

    const deaf = await serve();
    const other = dial({ url: `ws://127.0.0.1:${deaf.port}/ws` });
    const [open, peer] = await Promise.all([other.opened, deaf.connection]);
    peer.ws.pause();
    open.close(1000);
    expect(await other.ended).toMatchObject({ opened: true, closeCode: 1006 });
  });

  it("an error keeps its code: refused, reset, unknown name, handshake timeout", async () => {
    const closed = createTcpServer();
    const port = await listen(closed);
    closed.close();
    expect((await dial({ url: `ws://127.0.0.1:${port}` }).ended).error).toMatchObject({ code: "ECONNREFUSED" });

    const { port: open, connection } = await serve();
    const line = dial({ url: `ws://127.0.0.1:${open}` });
    const [{ ws }] = await Promise.all([connection, line.opened]);
    (ws as unknown as { _socket: Socket })._socket.resetAndDestroy();
    const end = await line.ended;
    expect([end.closeCode, end.error]).toMatchObject([1006, { code: "ECONNRESET" }]);

    const mute = await listen(createTcpServer(() => {}));
    const late = await dial({ url: `ws://127.0.0.1:${mute}`, handshakeTimeoutMs: 50 }).ended;
    expect(late).toMatchObject({ opened: false, error: { code: "ETIMEDOUT" } });
  });

  it("what no dial can be made of ends as any other: a bad URL, header, certificate, an answer that is no HTTP", async () => {
    const garbage = await listen(
      createTcpServer((socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n").on("error", () => {})),
    );
    const targets = [
      { url: "nonsense" },
      { url: "ws://127.0.0.1:1/#fragment" },
      { url: "ws://127.0.0.1:1", headers: { Authorization: "Bearer a\nb" } },
      { url: "wss://127.0.0.1:1", tls: { cert: "no PEM", key: "no PEM" } },
      { url: `ws://127.0.0.1:${garbage}` },
      { url: `wss://127.0.0.1:${garbage}` },
    ];
    for (const target of targets) {
      const line = dial(target);
      const end = await line.ended;
      expect([target.url, end.opened, end.error instanceof Error]).toEqual([target.url, false, true]);
    }
  });

  it("a refused handshake tells its status and Retry-After, in seconds or as a date by the server's own clock", async () => {
    const answers = [
      { status: 503, headers: { "Retry-After": "7" } },
      {
        status: 503,
        headers: { Date: "Wed, 01 Jan 2020 00:00:00 GMT", "Retry-After": "Wed, 01 Jan 2020 00:01:30 GMT" },
      },
      { status: 401, headers: {} },
      { status: 503, headers: { "Retry-After": "soon" } },
      { status: 301, headers: { Location: "ws://127.0.0.1:1/" } },
    ];
    const server = createServer();
    server.on("upgrade", (_request, socket) => {
      const { status, headers } = answers.shift() ?? { status: 500, headers: {} };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(`HTTP/1.1 ${status} No\r\n${lines.join("")}Content-Length: 0\r\n\r\n`);
    });
    const url = `ws://127.0.0.1:${await listen(server)}/ws`;
    const ends: unknown[] = [];
    for (let dials = 0; dials < 5; dials++) {
      const { status, retryAfterMs } = await dial({ url }).ended;
      ends.push([status, retryAfterMs]);
    }
    expect(ends).toEqual([
      [503, 7_000],
      [503, 90_000],
      [401, null],
      [503, null],
      [301, null],
    ]);
  });

  it("fallback IP breaks TLS name: with an address the certificate, SNI and Host are still the name's; a client certificate is shown", async () => {
    const { port, connection } = await serve(true);
    const target = { url: `wss://gateway.test:${port}/ws`, address: "127.0.0.1", tls: { ca: ca.cert, ...dog } };
    const line = dial(target);
    const [{ request }] = await Promise.all([connection, line.opened]);
    const tls = request.socket as TLSSocket;
    expect([request.headers.host, tls.servername, tls.authorized]).toEqual([
      `gateway.test:${port}`,
      "gateway.test",
      true,
    ]);
    const wrong = await dial({ ...target, url: `wss://other.test:${port}/ws` }).ended;
    expect(wrong.error).toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    const { ca: _, ...unknownCa } = target.tls;
    expect((await dial({ ...target, tls: unknownCa }).ended).error?.message).toMatch(/certificate/);
  });

  it("aborted at any moment it calls nobody and leaves nothing", async () => {
    const { port, connection } = await serve();
    const early = dial({ url: `ws://127.0.0.1:${port}` });
    early.abort();
    const line = dial({ url: `ws://127.0.0.1:${port}` });
    const [{ ws }] = await Promise.all([connection, line.opened]);
    const closed = once(ws, "close");
    line.abort();
    await closed;
    dial({ url: "nonsense" }).abort();
    await new Promise((done) => setImmediate(done));
    expect([early.seen.ends, line.seen.ends]).toEqual([0, 0]);
  });
});

describe("D28: the health poll", () => {
  const poll = (url: string, options = {}) =>
    new Promise<readonly [boolean, number | null]>((done) => {
      cleanups.push(pollHealth(url, { timeoutMs: 10_000, ...options }, (...answer) => done(answer)));
    });

  it("asks /healthz of the same host; 2xx is healthy, so is a server that has no such path; 5xx and 429 are not", async () => {
    const statuses = [200, 404, 503, 429, 204];
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.writeHead(statuses.shift() ?? 500, { "Retry-After": "3" }).end("x".repeat(100_000));
    });
    const url = `ws://127.0.0.1:${await listen(server)}/ws?x=1`;
    const answers: unknown[] = [];
    for (let polls = 0; polls < 5; polls++) answers.push((await poll(url))[0]);
    expect(answers).toEqual([true, true, false, false, true]);
    expect(new Set(asked)).toEqual(new Set(["/healthz"]));
    expect((await poll(url))[1]).toBe(3_000);
  });

  it("over TLS, at a given address", async () => {
    const server = createSecureServer(gateway, (_request, response) => response.end());
    const port = await listen(server as unknown as Server);
    const options = { address: "127.0.0.1", tls: { ca: ca.cert } };
    expect(await poll(`wss://gateway.test:${port}/ws`, options)).toEqual([true, null]);
    expect(await poll(`wss://other.test:${port}/ws`, options)).toEqual([false, null]);
  });

  it("nobody there, no answer in time, a bad URL: not healthy; a body without end is not read", async () => {
    const mute = await listen(createTcpServer(() => {}));
    expect(await poll(`ws://127.0.0.1:${mute}`, { timeoutMs: 50 })).toEqual([false, null]);
    expect(await poll("nonsense")).toEqual([false, null]);
    const endless = createServer((_request, response) => {
      const write = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", write).writeHead(200);
      write();
    });
    const closed = once(endless, "connection").then(([socket]) => once(socket as Socket, "close"));
    expect((await poll(`ws://127.0.0.1:${await listen(endless)}`))[0]).toBe(true);
    await closed;
  });
});
