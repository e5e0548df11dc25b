import "server-only";
import { type IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { isLoopbackName } from "./loopback.ts";

const REFUSED = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const NO_PATH = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/**
 * Makes every HTTP server of this class refuse `Upgrade` and targets that are no path, before Next sees them: it would hold the socket
 * of an unknown path open without end, and has proxied absolute-form upgrades to other hosts (CVE-2026-44578).
 */
export function refuseUpgrades(server: typeof Server = Server): void {
  const emit = server.prototype.emit;
  server.prototype.emit = function guarded(this: Server, event: string, ...rest: unknown[]): boolean {
    if (event === "upgrade") {
      const [, socket] = rest as [IncomingMessage, Duplex];
      return answer(socket, REFUSED);
    }
    if (event === "request") {
      const [request] = rest as [IncomingMessage];
      if (request.url?.startsWith("/") !== true) return answer(request.socket, NO_PATH);
    }
    return Reflect.apply(emit, this, [event, ...rest]);
  };
}

function answer(socket: Duplex, text: string): boolean {
  socket.on("error", () => socket.destroy());
  socket.end(text, () => socket.destroy());
  return true;
}

/** Addresses beyond loopback that HTTP servers among `handles` listen on; a pipe is none. */
export function addressesBeyondLoopback(handles: readonly unknown[]): readonly string[] {
  return handles
    .filter((handle) => handle instanceof Server)
    .map((server) => server.address())
    .flatMap((address) => (address === null || typeof address === "string" ? [] : [address.address]))
    .filter((address) => !isLoopbackName(address));
}
