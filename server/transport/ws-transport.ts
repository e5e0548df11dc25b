import type { IncomingMessage, Server } from "node:http";
import type { Socket as NetSocket } from "node:net";
import type { Duplex } from "node:stream";
import { type ServerOptions, WebSocketServer } from "ws";
import type { Handshake, Refusal, SocketAcceptor } from "#server/gateway/socket.ts";
import { pathOf, readHandshake, trustProxies } from "./handshake.ts";
import { refuse } from "./refuse.ts";
import { DogWebSocket, WsSocket } from "./ws-socket.ts";

export interface WsLimits {
  /** Bytes of one message. */
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
  readonly maxPendingAutoPongs: number;
  /** How long our close waits for the dog's before the pipe is destroyed (ms). */
  readonly closeTimeoutMs: number;
  readonly tcpKeepAliveMs: number;
}

/** DESIGN section 11. */
export const WS_LIMITS: WsLimits = {
  maxPayload: 64 * 1024,
  maxFragments: 64,
  maxBufferedChunks: 4_096,
  maxPendingAutoPongs: 10,
  closeTimeoutMs: 2_000,
  tcpKeepAliveMs: 30_000,
};

export interface WsTransportOptions {
  /** The API's HTTP server: dogs arrive on the same port. */
  readonly server: Server;
  readonly acceptor: SocketAcceptor;
  readonly path?: string;
  /** Browsers send `Origin`; none is let in but these. */
  readonly allowedOrigins?: readonly string[];
  readonly trustedProxies?: readonly string[];
  readonly limits?: Partial<WsLimits>;
  /** Told of what threw while a dog was served; that dog's socket is closed already. */
  readonly onFault: (error: unknown) => void;
}

export interface WsTransport {
  /** Stops taking upgrades (they are then left to the HTTP server). Sockets belong to the gateway. Idempotent. */
  close(): void;
}

/** Takes the upgrades of `server`: refuses in plain HTTP, or hands the acceptor one `Socket` per dog. */
export function createWsTransport(options: WsTransportOptions): WsTransport {
  const { server, acceptor, path = "/ws", allowedOrigins = [], trustedProxies = [], onFault } = options;
  const limits = { ...WS_LIMITS, ...options.limits };
  const trusted = trustProxies(trustedProxies);
  const origins = new Set(allowedOrigins);
  const wss = new WebSocketServer<typeof DogWebSocket>(serverOptions(limits));

  const enter = (upgrade: Upgrade, handshake: Handshake) => {
    const { request, raw, head } = upgrade;
    if (isNetSocket(raw)) raw.setKeepAlive(true, limits.tcpKeepAliveMs);
    raw.off("error", destroy);
    const socket = new WsSocket(raw, handshake.remoteAddress, onFault);
    wss.handleUpgrade(request, raw, head, (ws) => socket.attach(ws, acceptor.attach(socket, handshake)));
  };
  const onUpgrade = (request: IncomingMessage, raw: Duplex, head: Buffer) => {
    raw.on("error", destroy);
    const fail = (error: unknown) => {
      onFault(error);
      raw.destroy();
    };
    try {
      const misplaced = misplacedBy(request, path, origins);
      if (misplaced) return refuse(raw, misplaced);
      const handshake = readHandshake(request, trusted);
      const answer = (refusal: Refusal | undefined) => {
        // It may have left while it waited for its turn.
        if (raw.destroyed) return;
        if (refusal) refuse(raw, refusal);
        else enter({ request, raw, head }, handshake);
      };
      const admitted = acceptor.admit(handshake);
      if (admitted instanceof Promise) {
        admitted.then(answer).catch(fail);
      } else answer(admitted);
    } catch (error) {
      fail(error);
    }
  };
  server.on("upgrade", onUpgrade);
  return { close: () => void server.off("upgrade", onUpgrade) };
}

/** Listens while a handshake waits, ws after it. Shared: a closure made there would keep the whole request with its socket. */
function destroy(this: Duplex): void {
  this.destroy();
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly raw: Duplex;
  readonly head: Buffer;
}

function misplacedBy(request: IncomingMessage, path: string, origins: ReadonlySet<string>): Refusal | undefined {
  if (pathOf(request) !== path) return { status: 404, message: `dogs dial ${path}` };
  const { origin } = request.headers;
  if (origin !== undefined && !origins.has(origin)) return { status: 403, message: "browsers are not dogs" };
  return undefined;
}

/** ws 8.23 knows `closeTimeout` and `maxPendingAutoPongs`; its published types do not yet. */
function serverOptions(limits: WsLimits): ServerOptions<typeof DogWebSocket> {
  const known: ServerOptions<typeof DogWebSocket> = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    skipUTF8Validation: false,
    WebSocket: DogWebSocket,
    maxPayload: limits.maxPayload,
    maxFragments: limits.maxFragments,
    maxBufferedChunks: limits.maxBufferedChunks,
  };
  return Object.assign(known, {
    closeTimeout: limits.closeTimeoutMs,
    maxPendingAutoPongs: limits.maxPendingAutoPongs,
  });
}

function isNetSocket(raw: Duplex): raw is NetSocket {
  return "setKeepAlive" in raw;
}
