import { connect } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Certificate } from "./certificate.ts";

export interface TlsFront {
  readonly port: number;
  /** Server names the dogs asked for, in order; null where one asked for none. */
  readonly names: readonly (string | null)[];
  close(): Promise<void>;
}

export interface TlsFrontOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly certificate: Certificate;
  /** PEM of who signs the dogs' own certificates; a dog without one is refused. */
  readonly clientCa?: string;
}

/** What a load balancer does: ends TLS and passes the bytes on. */
export async function startTlsFront({ target, certificate, clientCa }: TlsFrontOptions): Promise<TlsFront> {
  const names: (string | null)[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true };
  const server = createServer({ ...certificate, ...asked }, (near: TLSSocket) => {
    names.push(typeof near.servername === "string" ? near.servername : null);
    const far = connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.on("tlsClientError", () => {});
  server.on("connection", (raw) => {
    sockets.add(raw);
    raw.on("close", () => sockets.delete(raw));
  });
  const listening = Promise.withResolvers<void>();
  server.on("error", listening.reject);
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    names,
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      return promise;
    },
  };
}
