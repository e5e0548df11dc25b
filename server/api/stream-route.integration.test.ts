import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "#lib/clock/system-clock.ts";
import type { FakeClock } from "#lib/testing/fake-clock.ts";
import { type ApiWorld, startApi } from "./testing/api-harness.ts";

const worlds: ApiWorld[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const one of worlds.splice(0)) await one.close();
});

async function listen(): Promise<{ world: ApiWorld; port: number; url: string }> {
  const world = await startApi({ clock: systemClock as unknown as FakeClock });
  worlds.push(world);
  await world.api.listen({ port: 0, host: "127.0.0.1" });
  const address = world.api.server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { world, port, url: `http://127.0.0.1:${port}` };
}

/** Text of the stream until `done` says enough, within 10 s. */
async function readUntil(response: Response, done: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  if (!response.body) throw new Error("no body");
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    if (done(text)) return text;
  }
  throw new Error(`the stream ended: ${text}`);
}

it("G90: over a real socket a drop reaches the browser, and a lost stream resumes where it was", async () => {
  const { world, url } = await listen();
  const stop = new AbortController();
  const response = await fetch(`${url}/api/events`, { signal: stop.signal });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(response.headers.get("leash-version")).toBe("0.1.0");
  expect(response.headers.get("cache-control")).toContain("no-transform");
  world.dogs.login("a");
  const text = await readUntil(
    response,
    (sofar) => sofar.includes('"client_id":"a"') && sofar.includes("event: changes"),
  );
  stop.abort();
  const lastId = [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? "";
  world.dogs.drop("a");
  const again = new AbortController();
  const headers = { "last-event-id": lastId };
  const resumed = await fetch(`${url}/api/events`, { headers, signal: again.signal });
  const rest = await readUntil(resumed, (sofar) => sofar.includes('"is_connected":false'));
  again.abort();
  expect(rest).not.toContain("event: resync");
});

/** How long a socket that sends this and no more is left open. */
async function cutAfter(port: number, text: string): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => {});
  const started = performance.now();
  socket.write(text);
  socket.resume();
  await once(socket, "close");
  return performance.now() - started;
}

it("G96: headers that do not end within 5 s and bodies within 10 s are cut; a stream outlives both and ends with the server", async () => {
  const { world, port, url } = await listen();
  const response = await fetch(`${url}/api/events`);
  const started = performance.now();
  const body =
    "POST /api/reconnection/status HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
  const [headersMs, bodyMs] = await Promise.all([
    cutAfter(port, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "),
    cutAfter(port, body),
    readUntil(response, () => performance.now() - started > 12_000),
  ]);
  expect(headersMs).toBeLessThan(8_000);
  expect(bodyMs).toBeLessThan(13_000);
  const other = await fetch(`${url}/api/events`);
  await world.api.close();
  await expect(other.text()).rejects.toThrow();
}, 30_000);

it("G96: more than 8 KiB of headers is a 431", async () => {
  const { url } = await listen();
  const response = await fetch(`${url}/healthz`, { headers: { "x-large": "a".repeat(9_000) } });
  expect(response.status).toBe(431);
});
