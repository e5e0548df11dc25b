import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { resolving } from "#dog/reconnection/resolving.ts";
import { createCertificate } from "#dog/testing/certificate.ts";
import type { DialEnd } from "#dog/transport/dial.ts";
import { pollHealth } from "#dog/transport/health-poll.ts";
import { dialWebSocket } from "#dog/transport/ws-dial.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { createNameResolver, type Lookup } from "./resolve-name.ts";
import { systemLookup } from "./system-lookup.ts";

/** Reserved: resolves nowhere (RFC 6761). */
const HOST = "dog-server.leash.invalid";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A gateway with a certificate for its name, and for no address; tells what each dog asked it for. */
async function startTlsServer() {
  const authority = createCertificate({ commonName: "Leash test authority" });
  const issuer = { ...authority, commonName: "Leash test authority" };
  const asked: { readonly serverName: string | undefined; readonly host: string | undefined; readonly path: string }[] =
    [];
  const server = createServer(createCertificate({ commonName: HOST, names: [HOST], issuer }));
  const sockets = new WebSocketServer({ server });
  server.on("request", (_request, response) => response.end("ok"));
  for (const event of ["request", "upgrade"] as const) {
    server.on(event, ({ socket, headers, url = "" }: { socket: unknown; headers: { host?: string }; url?: string }) => {
      const serverName = socket instanceof TLSSocket ? socket.servername : undefined;
      asked.push({ serverName: serverName || undefined, host: headers.host, path: url });
    });
  }
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, ca: authority.cert, asked };
}

function dogWith(lookup: Lookup, fallbacks: Readonly<Record<string, readonly string[]>>) {
  const resolve = createNameResolver({ lookup, clock: systemClock, fallbacks });
  return resolving({ clock: systemClock, dial: dialWebSocket, pollHealth, resolve });
}

type Dog = ReturnType<typeof dogWith>;

/** Dials once and lets go. */
function dialOnce({ dial }: Pick<Dog, "dial">, url: string, ca: string): Promise<"opened" | DialEnd> {
  const { promise, resolve } = Promise.withResolvers<"opened" | DialEnd>();
  const target = { url, handshakeTimeoutMs: 5_000, tls: { ca } };
  const abort = dial(target, { opened: () => resolve("opened"), message: () => {}, heard: () => {}, ended: resolve });
  cleanups.push(abort);
  return promise;
}

const noDns: Lookup = () =>
  Promise.reject(Object.assign(new Error(`getaddrinfo ENOTFOUND ${HOST}`), { code: "ENOTFOUND" }));

describe("a fallback address", () => {
  it("D53: fallback IP breaks TLS names: not here, the certificate is checked for the name and Host is the URL's", async () => {
    const { port, ca, asked } = await startTlsServer();
    const dog = dogWith(noDns, { [HOST]: ["127.0.0.1"] });
    expect(await dialOnce(dog, `wss://${HOST}:${port}/ws`, ca)).toBe("opened");
    expect(asked).toEqual([{ serverName: HOST, host: `${HOST}:${port}`, path: "/ws" }]);
  });

  it("D53: what the seed does, the address put into the URL, fails on the certificate and asks under no name", async () => {
    const { port, ca } = await startTlsServer();
    const end = await dialOnce({ dial: dialWebSocket }, `wss://127.0.0.1:${port}/ws`, ca);
    expect(end).toMatchObject({ opened: false, error: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
  });

  it("D53: a look at /healthz goes there too, under the same name", async () => {
    const { port, ca, asked } = await startTlsServer();
    const { pollHealth: poll } = dogWith(noDns, { [HOST]: ["127.0.0.1"] });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    cleanups.push(poll(`wss://${HOST}:${port}/ws`, { timeoutMs: 5_000, tls: { ca } }, resolve));
    expect(await promise).toBe(true);
    expect(asked).toEqual([{ serverName: HOST, host: `${HOST}:${port}`, path: "/healthz" }]);
  });

  it("D53: an address whose server has no certificate for the name is refused, however it was configured", async () => {
    const { port, ca } = await startTlsServer();
    const dog = dogWith(noDns, { "other.leash.invalid": ["127.0.0.1"] });
    const end = await dialOnce(dog, `wss://other.leash.invalid:${port}/ws`, ca);
    expect(end).toMatchObject({ opened: false, error: { code: "ERR_TLS_CERT_ALTNAME_INVALID" } });
  });

  it("D53: an address that does not answer makes place for the next one", async () => {
    const { port, ca } = await startTlsServer();
    const dog = dogWith(noDns, { [HOST]: ["127.0.0.9", "127.0.0.1"] });
    expect(await dialOnce(dog, `wss://${HOST}:${port}/ws`, ca)).toMatchObject({ error: { code: "ECONNREFUSED" } });
    expect(await dialOnce(dog, `wss://${HOST}:${port}/ws`, ca)).toBe("opened");
  });

  it("D52: the system's own resolver gives every address of a name", async () => {
    const addresses = await systemLookup("localhost");
    expect(addresses.every((address) => ["127.0.0.1", "::1"].includes(address))).toBe(true);
    expect(addresses).not.toEqual([]);
  });
});
