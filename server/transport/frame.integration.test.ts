import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Socket, SocketHandler } from "#server/gateway/socket.ts";
import { createWsTransport } from "./ws-transport.ts";

const server = createServer();
const clients: WebSocket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
  server.close();
});

it.each([0, 1, 125, 126, 127, 65_535, 65_536, 300_000])(
  "P2: a text of %i bytes arrives whole and in order",
  async (length) => {
    const attached = Promise.withResolvers<Socket>();
    const handler: SocketHandler = { message: () => {}, heard: () => {}, pong: () => {}, ended: () => {} };
    const acceptor = {
      admit: () => undefined,
      attach(socket: Socket) {
        attached.resolve(socket);
        return handler;
      },
    };
    const transport = createWsTransport({ server, acceptor, onFault: (error) => attached.reject(error) });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`);
    clients.push(client);
    const heard: string[] = [];
    let pings = 0;
    client.on("ping", () => pings++);
    const closed = new Promise<number>((resolve) => client.on("close", resolve));
    client.on("message", (data) => heard.push(String(data)));
    const socket = await attached.promise;
    const texts = ["first", "x".repeat(length), "重连 🐕", "y".repeat(length)];
    for (const text of texts) {
      socket.send(text);
      socket.ping();
      socket.send(text, true);
    }
    socket.close(4000, "done");
    socket.send("after the close: nobody hears this");
    expect(await closed).toBe(4000);
    expect(heard).toEqual(texts.flatMap((text) => [text, text]));
    expect(pings).toBe(2 * texts.length);
    transport.close();
  },
);
