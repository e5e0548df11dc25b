import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ownRequest, readFrames, routeContext, type SentFrame, useUpstream } from "#app/_testing/console-harness.ts";
import { type FourEndpointService, startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import { POST as postForce } from "#app/api/reconnection/force/route.ts";
import { GET as getStream } from "#app/api/stream/route.ts";
import { setRuntime } from "./runtime.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  setRuntime(undefined);
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Where no time-out is tested a busy machine has longer than the 2 s. */
const pointAt: typeof useUpstream = (url, options) => useUpstream(url, { timeoutMs: 15_000, ...options });
const openStream = (init: { headers?: Record<string, string>; signal?: AbortSignal } = {}) => {
  const request = ownRequest("/api/stream", { headers: init.headers ?? {} });
  const watched = init.signal === undefined ? request : new Request(request, { signal: init.signal });
  return getStream(watched, routeContext());
};
const has =
  (event: string, wanted: Readonly<Record<string, unknown>> = {}) =>
  (frames: readonly SentFrame[]) =>
    frames.some(
      (frame) => frame.event === event && Object.entries(wanted).every(([key, value]) => frame.data[key] === value),
    );

/** A gateway that streams what the test writes. */
async function startGateway(port = 0) {
  const streams: ServerResponse[] = [];
  const lastEventIds: (string | undefined)[] = [];
  let closed = 0;
  const server: Server = createServer((request, response) => {
    response.setHeader("leash-version", "0.1.0");
    if (request.url !== "/api/events") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ items: [], total: 0 }));
      return;
    }
    lastEventIds.push(request.headers["last-event-id"]?.toString());
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('event: tick\nid: e.1\ndata: {"now":1}\n\n');
    streams.push(response);
    response.on("close", () => {
      closed += 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  const until = async (check: () => boolean) => {
    while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port: (server.address() as AddressInfo).port,
    streams,
    lastEventIds,
    closed: () => closed,
    until,
    close,
  };
}

describe("C67: the stream carries the gateway's frames", () => {
  it("C67: bytes go through, the id to resume from goes up, nothing may transform them", async () => {
    const gateway = await startGateway();
    cleanups.push(gateway.close);
    pointAt(gateway.url);
    const response = await openStream({ headers: { "last-event-id": "e.41" } });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("cache-control")).toContain("no-transform");
    const frames = await readFrames(response, has("tick"));
    expect(frames).toEqual([
      { event: "upstream", data: { status: "full" } },
      { event: "tick", data: { now: 1 } },
    ]);
    expect(gateway.lastEventIds).toEqual(["e.41"]);
    await gateway.until(() => gateway.closed() === 1); // a browser that leaves takes the upstream's stream with it
  });

  it("C67: the request's end ends the upstream's stream", async () => {
    const gateway = await startGateway();
    cleanups.push(gateway.close);
    pointAt(gateway.url);
    const leaving = new AbortController();
    const response = await openStream({ signal: leaving.signal });
    const reading = readFrames(response, () => false).catch(() => []);
    await gateway.until(() => gateway.streams.length === 1);
    leaving.abort();
    await gateway.until(() => gateway.closed() === 1);
    await reading;
  });

  it("C67: after a blip the browser reconnects in half a second, whatever delay the gateway asked for", async () => {
    const gateway = await startGateway();
    cleanups.push(gateway.close);
    pointAt(gateway.url);
    const response = await openStream();
    const whole = response.text();
    await gateway.until(() => gateway.streams.length === 1);
    gateway.streams[0]?.end("retry: 2000\n\n");
    const delays = [...(await whole).matchAll(/^retry: (\d+)$/gm)].map(([, delay]) => Number(delay));
    expect(delays.at(-1)).toBe(500);
  });

  it("C67: a gateway that dies is announced; when it is back the browser is sent to reconnect", async () => {
    const gateway = await startGateway();
    pointAt(gateway.url);
    const response = await openStream();
    const frames: SentFrame[] = [];
    const reading = readFrames(response, (so) => {
      frames.splice(0, frames.length, ...so);
      return false;
    });
    await gateway.until(() => frames.some((frame) => frame.event === "tick"));
    await gateway.close();
    await gateway.until(() => has("upstream", { status: "down" })(frames));
    const again = await startGateway(gateway.port);
    cleanups.push(again.close);
    await reading; // the stream ends by itself
    expect(frames.at(-1)).toMatchObject({ event: "upstream", data: { status: "down" } });
    expect((await readFrames(await openStream(), has("tick")))[0]).toEqual({
      event: "upstream",
      data: { status: "full" },
    });
  });

  it("C67: a gateway that is down from the start is announced, then joined", async () => {
    const gateway = await startGateway();
    await gateway.close();
    pointAt(gateway.url);
    const response = await openStream();
    let isDown = false;
    const reading = readFrames(response, (frames) => {
      isDown = has("upstream", { status: "down" })(frames);
      return has("tick")(frames);
    });
    await gateway.until(() => isDown);
    const again = await startGateway(gateway.port);
    cleanups.push(again.close);
    expect(has("upstream", { status: "full" })(await reading)).toBe(true);
  });

  it("C67: the seventh stream of one operator is refused, and a place that is given back is free", async () => {
    const gateway = await startGateway();
    cleanups.push(gateway.close);
    pointAt(gateway.url);
    const open = await Promise.all(Array.from({ length: 6 }, () => openStream()));
    expect((await openStream()).status).toBe(429);
    await Promise.all(open.map((response) => response.body?.cancel()));
    const next = await openStream();
    expect(next.status).toBe(200);
    await next.body?.cancel();
  });
});

describe("C65: a basic gateway has no stream: its poll makes one", () => {
  const startBasic = async (): Promise<FourEndpointService> => {
    const service = await startFourEndpointService();
    cleanups.push(service.close);
    service.dogs.set("dog-1", { attempts: 1, reason: "网络超时", untilRetry: "4s" });
    pointAt(service.url);
    return service;
  };

  it("C65: ticks, summaries and changed rows, one poll for all browsers", async () => {
    const service = await startBasic();
    const responses = await Promise.all([openStream(), openStream(), openStream()]);
    const reading = Promise.all(responses.map((response) => readFrames(response, has("changes"))));
    service.dogs.set("dog-1", { attempts: 2, reason: "网络超时", untilRetry: "8s" });
    const began = service.requests.length;
    const all = await reading;
    expect(all.every((frames) => has("tick")(frames) && has("summary")(frames))).toBe(true);
    expect(all[0]?.[0]).toEqual({ event: "upstream", data: { status: "basic" } });
    expect(all[0]?.find((frame) => frame.event === "changes")?.data).toMatchObject({
      many: false,
      rows: [{ client_id: "dog-1", reconnection_attempts: 2 }],
    });
    expect(service.requests.length - began).toBeLessThanOrEqual(4);
  });

  it("C65: a forced dog is watched: seen back, it is told", async () => {
    const service = await startBasic();
    const response = await openStream();
    const reading = readFrames(response, (frames) =>
      frames.some(({ event, data }) => event === "ticket" && JSON.stringify(data).includes("authenticated")),
    );
    await postForce(
      ownRequest("/api/reconnection/force", { method: "POST", body: { client_id: "dog-1" } }),
      routeContext(),
    );
    service.dogs.set("dog-1", { isConnected: true });
    const frames = await reading;
    expect(has("changes", { many: true })(frames)).toBe(true); // it left the list
  });

  it("C65: gone, it is announced", async () => {
    const service = await startBasic();
    const response = await openStream();
    const frames = await readFrames(response, (so) => {
      if (has("tick")(so)) service.mode = "garbage";
      return has("upstream", { status: "down" })(so);
    });
    expect(frames.map(({ event }) => event)).toEqual(["upstream", "tick", "summary", "upstream"]);
  });
});
