import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import type { ChaosProxy } from "./chaos-proxy.ts";

export interface ChaosControl {
  readonly port: number;
  close(): Promise<void>;
}

const MOST_BYTES = 4_096;

/**
 * The proxy's remote control, on loopback alone: `GET /` tells how it stands, `POST /toxics` takes a toxic as JSON and answers
 * with its id, `DELETE /toxics/ID` and `DELETE /toxics` lift one and all, `POST /cut?how=fin|reset` ends what is connected.
 */
export async function startChaosControl(proxy: ChaosProxy, port = 0): Promise<ChaosControl> {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    answer(proxy, request).then(
      ([status, body]) => reply(response, status, body),
      (error: unknown) => reply(response, 400, { error: wordsOf(error) }),
    );
  });
  const listening = Promise.withResolvers<void>();
  server.on("error", listening.reject);
  server.listen(port, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      return promise;
    },
  };
}

async function answer(proxy: ChaosProxy, request: IncomingMessage): Promise<readonly [number, unknown]> {
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  const what = `${request.method} ${url.pathname}`;
  const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
  // A page in a browser can post without asking, but not JSON and not DELETE.
  if (request.method === "POST" && !isJson) return [415, { error: "expected content-type: application/json" }];
  if (what === "GET /") return [200, standing(proxy)];
  if (what === "POST /toxics") {
    const { id, toxic } = await proxy.add(JSON.parse(await bodyOf(request)));
    return [201, { id, ...toxic }];
  }
  if (what === "POST /cut") {
    proxy.cut(z.enum(["fin", "reset"]).parse(url.searchParams.get("how")));
    return [200, standing(proxy)];
  }
  if (what === "DELETE /toxics") {
    await proxy.removeAll();
    return [200, standing(proxy)];
  }
  const id = /^DELETE \/toxics\/([\w-]+)$/.exec(what)?.[1];
  if (id === undefined || !proxy.toxics.some((toxic) => toxic.id === id)) return [404, { error: `no ${what}` }];
  await proxy.remove(id);
  return [200, standing(proxy)];
}

const standing = (proxy: ChaosProxy) => ({
  listen: `${proxy.host}:${proxy.port}`,
  target: `${proxy.target.host}:${proxy.target.port}`,
  accepted: proxy.accepted,
  connections: proxy.connections,
  bytes_waiting: proxy.bytesWaiting,
  toxics: proxy.toxics.map(({ id, toxic }) => ({ id, ...toxic })),
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MOST_BYTES) throw new Error(`more than ${MOST_BYTES} bytes`);
  }
  return text;
}

function wordsOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(`${JSON.stringify(body)}\n`);
}
