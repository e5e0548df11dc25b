import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ChaosProxy } from "#dog/testing/chaos-proxy.ts";
import { SpeedClock } from "#dog/testing/speed-clock.ts";
import { WatchedDog } from "#dog/testing/watched-dog.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";

/** Polls at 5, 10, 20 s (+-20 %) and a dial up to 10 s later, at ten times their speed. */
const SPEED = 10;
const RETRY_AFTER_S = 15;

let rig: GatewayRig;
let dog: WatchedDog | null;

beforeEach(async () => {
  dog = null;
  rig = await GatewayRig.create();
});

afterEach(async () => {
  await dog?.client.stop();
  await rig.close();
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

it("D98: 503 with Retry-After: no dial and no poll before it, then /healthz, then the dial", async () => {
  const clock = new SpeedClock(SPEED);
  const dials: number[] = [];
  const polls: number[] = [];
  let isHealthy = false;
  const refusing = createServer((request, response) => {
    if (request.url === "/healthz") polls.push(clock.monotonic());
    response.writeHead(isHealthy ? 200 : 503, { connection: "close" }).end();
  });
  refusing.on("upgrade", (_request, socket) => {
    dials.push(clock.monotonic());
    socket.on("error", () => {});
    socket.end(`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${RETRY_AFTER_S}\r\nConnection: close\r\n\r\n`);
  });
  refusing.listen(0, "127.0.0.1");
  await once(refusing, "listening");
  rig.defer(() => refusing.close());
  const url = `ws://127.0.0.1:${portOf(refusing)}/ws`;
  dog = new WatchedDog({ url, appId: "app", token: RIG_TOKEN, sn: "D0", clock });
  const started = dog.client.start().catch(() => "stopped");
  await until("the service was asked twice", 15_000, () => polls.length >= 2);
  isHealthy = true;
  await until("the dog dialed again", 15_000, () => dials.length >= 2);
  expect((polls[0] ?? 0) - (dials[0] ?? 0)).toBeGreaterThanOrEqual(RETRY_AFTER_S * 1_000 - 100);
  expect(dials[1]).toBeGreaterThanOrEqual(polls.at(-1) ?? 0);
  await dog.client.stop();
  expect(await started).toBe("stopped");
});

it("D98: a gateway that drains sends its dogs away; they ask for its health and come back spread out", async () => {
  const { child, ended } = await rig.start({ DRAIN_WINDOW: "1s" });
  const port = new URL(rig.url).port;
  const proxy = await ChaosProxy.start({ target: { host: "127.0.0.1", port: Number(port) } });
  rig.defer(() => proxy.close());
  dog = new WatchedDog({
    url: proxy.url("ws", "/ws"),
    appId: "app",
    token: RIG_TOKEN,
    sn: "D0",
    clock: new SpeedClock(SPEED),
    schedule: { dialTimeoutMs: 60_000 },
  });
  await dog.client.start();
  child.kill("SIGTERM");
  await until("the dog is sent away", 15_000, () => dog?.all("disconnected").length === 1);
  expect(dog.all("disconnected")).toMatchObject([{ reason: "server_error", error: expect.stringContaining("1012") }]);
  await until(
    "it asks for the service's health",
    15_000,
    () => dog?.all("retrying").some(({ next }) => next === "poll") === true,
  );
  await ended;
  await rig.start({ GATEWAY_PORT: port });
  await until("the dog is back", 20_000, () => dog?.isUp === true);
  const outage = dog.all("connected")[1]?.outage;
  await until("the journal has the report", 15_000, () =>
    rig.stored().some((event) => event.type === "dog.connected" && event.outage?.id === outage?.id),
  );
  expect(await rig.dogOf("D0")).toMatchObject({ is_connected: true, dials: outage?.dials, estimated: false });
});
