import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownRequest, useUpstream as pointAt, routeContext } from "#app/_testing/console-harness.ts";
import { startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import { GET as getDogEvents } from "#app/api/dogs/[sn]/events/route.ts";
import { GET as getDogEventsCsv } from "#app/api/dogs/[sn]/events.csv/route.ts";
import { GET as getDogEventsJson } from "#app/api/dogs/[sn]/events.json/route.ts";
import { GET as getTimeline } from "#app/api/dogs/[sn]/timeline/route.ts";
import { GET as getDogs } from "#app/api/dogs/route.ts";
import { GET as getEventsCsv } from "#app/api/fleet/events.csv/route.ts";
import { GET as getHorizon } from "#app/api/fleet/horizon/route.ts";
import { GET as getLeastStable } from "#app/api/fleet/least-stable/route.ts";
import { GET as getOutagesCsv } from "#app/api/fleet/outages.csv/route.ts";
import { GET as getOutagesJson } from "#app/api/fleet/outages.json/route.ts";
import { GET as getStats } from "#app/api/fleet/stats/route.ts";
import { GET as getSummary } from "#app/api/fleet/summary/route.ts";
import { GET as getActive, POST as postActive } from "#app/api/reconnection/active/route.ts";
import { GET as getActiveCsv } from "#app/api/reconnection/active.csv/route.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { setRuntime } from "./runtime.ts";

type Handler = (request: Request, context: ReturnType<typeof routeContext>) => Promise<Response>;
const get = (handler: Handler, path: string, init: Parameters<typeof ownRequest>[1] = {}) =>
  handler(ownRequest(path, init), routeContext({ sn: "dog-1" }));

/** Where no time-out is tested a busy machine has longer than the 2 s. */
const PATIENT = { timeoutMs: 15_000 };
const AT = 1_700_000_000_000;
const ISO = "2023-11-14T22:13:20.000Z";

let gateway: Server;
let asked: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

/** A gateway that keeps what it was asked, and refuses it as before the horizon unless told otherwise. */
beforeEach(async () => {
  asked = [];
  answer = (_request, response) => {
    response.statusCode = 410;
    response.end(JSON.stringify({ code: "before_horizon", detail: "history begins later", earliest: ISO }));
  };
  gateway = createServer((request, response) => {
    response.setHeader("leash-version", "0.1.0");
    if (request.url === "/api/reconnection/active?limit=1") return response.end("{}");
    asked.push(request.url ?? "");
    return answer(request, response);
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  setRuntime(undefined);
  gateway.closeAllConnections();
  await new Promise<void>((resolve) => gateway.close(() => resolve()));
});
const url = () => `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;

describe("G170: what is past is asked of the gateway as it was asked here", () => {
  it.each([
    [getStats, "/api/fleet/stats", "by=site&tz=Asia%2FShanghai&window=30d"],
    [getStats, "/api/fleet/stats", `from=${AT}&to=${AT + 1}&tz=UTC`],
    [getLeastStable, "/api/fleet/least-stable", "limit=5&window=7d"],
    [getHorizon, "/api/fleet/horizon", ""],
    [getSummary, "/api/fleet/summary", `at=${AT}`],
    [getActive, "/api/reconnection/active", `at=${AT}&limit=100&order=asc&sort=since&state=gave_up`],
    [getActiveCsv, "/api/reconnection/active.csv", `at=${AT}&order=asc&sort=since`],
    [getDogs, "/api/dogs", `at=${AT}&limit=100&order=asc&sort=since`],
    [getTimeline, "/api/dogs/dog-1/timeline", `from=${AT}&to=${AT + 1}`],
    [getDogEvents, "/api/dogs/dog-1/events", `from=${AT}&limit=100`],
    [getOutagesCsv, "/api/fleet/outages.csv", `from=${AT}&reason=peer_reset&sn=dog-1`],
    [getOutagesJson, "/api/fleet/outages.json", ""],
    [getEventsCsv, "/api/fleet/events.csv", `to=${AT}`],
    [getDogEventsCsv, "/api/dogs/dog-1/events.csv", `from=${AT}`],
    [getDogEventsJson, "/api/dogs/dog-1/events.json", ""],
  ] as const)("G170: %o %s?%s", async (handler, path, search) => {
    pointAt(url(), PATIENT);
    const response = await get(handler, search === "" ? path : `${path}?${search}`);
    const [onlyPath, sent = ""] = (asked.at(-1) ?? "").split("?");
    expect(onlyPath).toBe(path);
    expect([...new URLSearchParams(sent)].sort()).toEqual([...new URLSearchParams(search)].sort());
    expect([response.status, response.headers.get("cache-control"), await response.json()]).toMatchObject([
      410,
      "no-store, no-transform",
      { code: "before_horizon", earliest: ISO },
    ]);
  });

  it("G170: instants are taken as text too, in a body as in a query; what is no instant is named here", async () => {
    pointAt(url(), PATIENT);
    await get(getSummary, `/api/fleet/summary?at=${ISO}`);
    expect(asked.at(-1)).toBe(`/api/fleet/summary?at=${AT}`);
    await get(postActive, "/api/reconnection/active", { method: "POST", body: { at: ISO } });
    expect(asked.at(-1)).toContain(`at=${AT}`);
    const before = asked.length;
    const bad = await get(getStats, "/api/fleet/stats?from=yesterday");
    expect([bad.status, await bad.json()]).toMatchObject([400, { errors: [{ field: "from" }] }]);
    expect(asked).toHaveLength(before);
  });

  it("G170: a question about the past has 10 s, one about now 2 s", async () => {
    const clock = new FakeClock();
    const held: ServerResponse[] = [];
    answer = (_request, response) => void held.push(response);
    pointAt(url(), { clock });
    await Promise.all([
      get(getStats, "/api/fleet/stats").then(
        () => null,
        () => null,
      ),
      askedFor(1, clock, 9_999, 1),
    ]);
    expect(asked).toEqual(["/api/fleet/stats?tz=UTC"]);
    for (const response of held) response.destroy();
  });
});

/** Waits for the n-th question, moves the clock on to just before and then past its deadline. */
async function askedFor(n: number, clock: FakeClock, beforeMs: number, thenMs: number): Promise<void> {
  await expect.poll(() => asked.length).toBe(n);
  const pending = clock.pending;
  clock.advance(beforeMs);
  expect(clock.pending).toBe(pending);
  clock.advance(thenMs);
}

describe("G171: exports pass through as they come", () => {
  it("G171: the first bytes are here before the last are made, and a reader that leaves ends the gateway's work", async () => {
    const gone = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.setHeader("content-type", "text/csv");
      response.write("client_id\r\n");
      response.on("close", () => gone.resolve());
    };
    pointAt(url(), PATIENT);
    const response = await get(getOutagesCsv, "/api/fleet/outages.csv");
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toMatch(/filename="leash-outages-[-0-9T]+Z\.csv"/);
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("client_id\r\n");
    await reader?.cancel();
    await gone.promise;
  });

  it("G171: what is cut short upstream is cut short here, never ended", async () => {
    answer = (_request, response) => {
      response.setHeader("content-type", "application/json");
      response.write("[\n{}", () => response.destroy());
    };
    pointAt(url(), PATIENT);
    const response = await get(getOutagesJson, "/api/fleet/outages.json");
    await expect(response.text()).rejects.toThrow();
  });
});

describe("C65: a service with only the seed's four endpoints", () => {
  it.each([
    [getStats, "/api/fleet/stats"],
    [getLeastStable, "/api/fleet/least-stable"],
    [getHorizon, "/api/fleet/horizon"],
    [getTimeline, "/api/dogs/dog-1/timeline"],
    [getOutagesCsv, "/api/fleet/outages.csv"],
    [getDogEventsJson, "/api/dogs/dog-1/events.json"],
    [getSummary, `/api/fleet/summary?at=${AT}`],
    [getActive, `/api/reconnection/active?at=${AT}`],
    [getActiveCsv, `/api/reconnection/active.csv?at=${AT}`],
    [getDogs, `/api/dogs?at=${AT}`],
  ] as const)("C65: it has no past: %o %s is unsupported_upstream", async (handler, path) => {
    const service = await startFourEndpointService();
    try {
      pointAt(service.url, PATIENT);
      const response = await get(handler, path);
      expect([response.status, await response.json()]).toMatchObject([501, { code: "unsupported_upstream" }]);
    } finally {
      await service.close();
    }
  });
});
