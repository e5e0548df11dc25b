import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { DisconnectCause } from "#lib/reconnection/reason-code.ts";
import type { SocketHandler } from "#server/gateway/socket.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { createWsTransport } from "./ws-transport.ts";

let server: Server;
const dogs: RawDog[] = [];
beforeEach(() => {
  server = createServer();
});
afterEach(() => {
  for (const dog of dogs.splice(0)) dog.stop();
  server.close();
});

const PORTS = ["admit", "attach", "heard", "message", "pong", "ended"] as const;

it.each(PORTS)("G45: where %s throws, that socket ends, the fault is told, the next dog is served", async (name) => {
  const faults: unknown[] = [];
  const causes: DisconnectCause[] = [];
  let poisonous = true;
  const maybe = (port: (typeof PORTS)[number]) => {
    if (port === name && poisonous) throw new Error("poison");
  };
  const transport = createWsTransport({
    server,
    onFault: (error) => faults.push(error),
    acceptor: {
      admit: () => void maybe("admit"),
      attach(socket): SocketHandler {
        maybe("attach");
        return {
          heard: () => maybe("heard"),
          message(text) {
            maybe("message");
            socket.send(text);
          },
          pong: () => maybe("pong"),
          ended(cause) {
            causes.push(cause);
            maybe("ended");
          },
        };
      },
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const dial = async () => {
    const dog = new RawDog((server.address() as AddressInfo).port);
    dogs.push(dog);
    return dog.open();
  };
  const poison = await dial();
  poison.frame(0xa);
  poison.frame(0x1, "hello");
  if (name === "ended") poison.closeFrame(1000);
  await poison.until((dog) => dog.closeCode !== undefined || dog.ended || dog.closed);
  const late = name === "heard" || name === "message" || name === "pong";
  expect(poison.closeCode).toBe(late ? 1011 : name === "ended" ? 1000 : undefined);
  poison.socket.end();
  await poison.until((dog) => dog.closed || dog.ended);
  await expect.poll(() => faults.length).toBe(1);
  if (late)
    expect(causes).toEqual([{ reason: "server_error", raw: "internal error", closeCode: 1011, initiator: "gateway" }]);

  poisonous = false;
  const next = await dial();
  next.frame(0x1, "hello");
  await next.until((dog) => dog.text.includes("hello"));
  transport.close();
});
