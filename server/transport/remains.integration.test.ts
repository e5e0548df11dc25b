import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, it } from "vitest";
import type { Socket } from "#server/gateway/socket.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { createWsTransport, type WsTransport } from "./ws-transport.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const server = createServer();
const dogs: RawDog[] = [];
let transport: WsTransport | undefined;
afterEach(() => {
  transport?.close();
  server.removeAllListeners("upgrade");
  for (const dog of dogs.splice(0)) dog.stop();
  server.close();
});

it.each(["at once", "after a wait"])("P13: a socket let in %s keeps nothing of its request", async (when) => {
  const requests: WeakRef<object>[] = [];
  const heads: WeakRef<object>[] = [];
  const sockets: Socket[] = [];
  server.on("upgrade", (request, _raw, head) => {
    requests.push(new WeakRef(request));
    heads.push(new WeakRef(head));
  });
  transport = createWsTransport({
    server,
    onFault: (error) => expect.unreachable(String(error)),
    acceptor: {
      admit: () => (when === "at once" ? undefined : Promise.resolve(undefined)),
      attach(socket) {
        sockets.push(socket);
        return { message: () => {}, heard: () => {}, pong: () => {}, ended: () => {} };
      },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (let i = 0; i < 10; i++) {
    const dog = new RawDog((server.address() as AddressInfo).port);
    dogs.push(dog);
    await dog.open();
  }
  expect([sockets.length, requests.length]).toEqual([10, 10]);
  // Node's parser may still hold the last one.
  const left = () => {
    collect();
    return [requests, heads].map((refs) => refs.filter((ref) => ref.deref() !== undefined).length);
  };
  await expect.poll(() => Math.max(...left())).toBeLessThanOrEqual(1);
});
