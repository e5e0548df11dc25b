import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ownRequest, routeContext, useUpstream } from "#app/_testing/console-harness.ts";
import { type FourEndpointService, startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import { GET as getStats } from "#app/api/fleet/stats/route.ts";
import { GET as getSummary } from "#app/api/fleet/summary/route.ts";
import { GET as getActive } from "#app/api/reconnection/active/route.ts";
import { GET as getCsv } from "#app/api/reconnection/active.csv/route.ts";
import { POST as postCleanup } from "#app/api/reconnection/cleanup/route.ts";
import { POST as postForce } from "#app/api/reconnection/force/route.ts";
import { POST as postStatus } from "#app/api/reconnection/status/route.ts";
import type { DogPage, ForceResult } from "#lib/contracts/reconnection.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { setRuntime } from "./runtime.ts";

type Handler = (request: Request, context: ReturnType<typeof routeContext>) => Promise<Response>;

/** Where no time-out is tested a busy machine has longer than the 2 s. */
const pointAt: typeof useUpstream = (url, options) => useUpstream(url, { timeoutMs: 15_000, ...options });
const get = (handler: Handler, path: string) => handler(ownRequest(path), routeContext());
const post = (handler: Handler, path: string, body: unknown) =>
  handler(ownRequest(path, { method: "POST", body }), routeContext());
const active = async (search = "") =>
  (await get(getActive, `/api/reconnection/active${search}`)).json() as Promise<DogPage>;

let service: FourEndpointService;

beforeEach(async () => {
  service = await startFourEndpointService();
});
afterEach(async () => {
  setRuntime(undefined);
  await service.close();
});

describe("C65: a service with only the seed's four endpoints", () => {
  beforeEach(() => {
    service.dogs.set("dog-1", { attempts: 3, reason: "网络超时", untilRetry: "15s", delay: "8s" });
    service.dogs.set("dog-2", { attempts: 10, reason: "认证失败", untilRetry: "-3s" });
    service.dogs.set("dog-3", { attempts: 10, reason: "未知错误: bad record MAC" });
    service.dogs.set("dog-4", { isConnected: true });
    pointAt(service.url);
  });

  it.each(["array", "wrapped", "map"] as const)("C65: its list as %s becomes our rows", async (shape) => {
    service.shape = shape;
    const response = await get(getActive, "/api/reconnection/active?sort=sn");
    expect(response.headers.get("leash-upstream")).toBe("basic");
    const page = (await response.json()) as DogPage;
    expect(page).toMatchObject({ total: 3, by_state: { reconnecting: 1, refused: 1, gave_up: 1 }, next_cursor: null });
    expect(page.items).toMatchObject([
      {
        client_id: "dog-1",
        state: "reconnecting",
        reason_code: "network_timeout",
        time_until_retry: "15s",
        current_delay: "8s",
      },
      {
        client_id: "dog-2",
        state: "refused",
        reason_code: "auth_failed",
        next_retry_time: null,
        time_until_retry: null,
      },
      { client_id: "dog-3", state: "gave_up", reason_code: "unknown", reason_raw: "bad record MAC" },
    ]);
    expect(page.items.every((row) => row.estimated)).toBe(true);
  });

  it("C65: it is asked by POST where GET is not known", async () => {
    service.activeMethods = ["POST"];
    expect((await active()).total).toBe(3);
  });

  it("C65: filters, order and pages are made here; pages neither skip nor repeat", async () => {
    const first = await active("?sort=sn&limit=2");
    service.dogs.delete("dog-1");
    const second = await active(`?sort=sn&limit=2&cursor=${first.next_cursor}`);
    expect([...first.items, ...second.items].map((row) => row.client_id)).toEqual(["dog-1", "dog-2", "dog-3"]);
    expect((await active("?state=refused,gave_up&sort=sn&order=desc")).items.map((row) => row.client_id)).toEqual([
      "dog-3",
      "dog-2",
    ]);
    expect((await active("?q=record")).total).toBe(1);
  });

  it("C65: one question per 2 s serves all that ask", async () => {
    await Promise.all(Array.from({ length: 20 }, () => active()));
    const asked = service.requests.filter((request) => request.endsWith("/active")).length;
    expect(asked).toBeLessThanOrEqual(2); // the probe and one poll
  });

  it("C65: status keeps the seed's seven fields and its 404", async () => {
    const response = await post(postStatus, "/api/reconnection/status", { client_id: "dog-1" });
    expect(Object.keys((await response.json()) as object).sort()).toEqual([
      "client_id",
      "current_delay",
      "failure_reason",
      "is_connected",
      "next_retry_time",
      "reconnection_attempts",
      "time_until_retry",
    ]);
    expect((await post(postStatus, "/api/reconnection/status", { client_id: "nobody" })).status).toBe(404);
  });

  it("C65: a force is sent, its outcome is not made up", async () => {
    const response = await post(postForce, "/api/reconnection/force", { client_id: "dog-1", note: "lift B" });
    expect(response.status).toBe(202);
    const { tickets } = (await response.json()) as ForceResult;
    expect(tickets).toMatchObject([{ client_id: "dog-1", status: "requested" }]);
    const row = (await active("?sort=sn")).items[0];
    expect(row?.ticket).toMatchObject({
      status: "requested",
      note: "lift B",
      actor: "Local operator",
      stable_at: null,
    });
    expect(row?.ticket?.ended_at).not.toBeNull();
  });

  it("C65: several are sent one by one; those unknown are named; a moved count is a conflict", async () => {
    const some = await post(postForce, "/api/reconnection/force", { client_ids: ["dog-1", "ghost", "dog-2"] });
    const result = (await some.json()) as ForceResult;
    expect(result.tickets.map((ticket) => ticket.client_id).sort()).toEqual(["dog-1", "dog-2"]);
    expect(result.errors).toEqual([{ client_id: "ghost", code: "not_found" }]);
    expect((await post(postForce, "/api/reconnection/force", { client_id: "ghost" })).status).toBe(404);
    const moved = await post(postForce, "/api/reconnection/force", { filter: { state: ["gave_up"] }, expected: 40 });
    expect(moved.status).toBe(409);
  });

  it("C65: what it does not have is unsupported_upstream, what it has still works", async () => {
    const stats = await get(getStats, "/api/fleet/stats");
    expect([stats.status, await stats.json()]).toMatchObject([501, { code: "unsupported_upstream" }]);
    expect(await (await get(getSummary, "/api/fleet/summary")).json()).toMatchObject({
      known: 3,
      reconnecting: 1,
      refused: 1,
      gave_up: 1,
    });
    service.dogs.delete("dog-3");
    expect(await (await post(postCleanup, "/api/reconnection/cleanup", {})).json()).toEqual({ removed: 1 });
  });

  it("C65: the CSV holds every row and no formula", async () => {
    service.dogs.set("dog-5", { attempts: 1, reason: '=HYPERLINK("x")' });
    const text = await (await get(getCsv, "/api/reconnection/active.csv?sort=sn")).text();
    expect(text.trim().split("\r\n")).toHaveLength(5);
    expect(text).toContain(`"'=HYPERLINK(""x"")"`);
  });
});

describe("C66: an upstream that is down, slow or talks nonsense", () => {
  it("C66: down is 503 upstream_unavailable, marked down", async () => {
    await service.close();
    pointAt(service.url);
    const response = await get(getSummary, "/api/fleet/summary");
    expect([response.status, response.headers.get("leash-upstream"), await response.json()]).toMatchObject([
      503,
      "down",
      { code: "upstream_unavailable" },
    ]);
  });

  it("C66: slow is upstream_timeout when the time is over, and not before", async () => {
    const clock = new FakeClock();
    service.mode = "hang";
    pointAt(service.url, { timeoutMs: 2_000, clock });
    let isDone = false;
    const answering = get(getSummary, "/api/fleet/summary").finally(() => {
      isDone = true;
    });
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    clock.advance(1);
    const response = await answering;
    expect([response.status, await response.json()]).toMatchObject([503, { code: "upstream_timeout" }]);
  });

  it("C66: garbage is 502 upstream_invalid and none of it is passed on", async () => {
    service.mode = "garbage";
    pointAt(service.url);
    const response = await get(getSummary, "/api/fleet/summary");
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([502, { code: "upstream_invalid" }]);
    expect(text).not.toContain("welcome");
  });

  it("C66: a basic upstream that went away keeps its mode and answers again when it is back", async () => {
    const clock = new FakeClock();
    const runtime = pointAt(service.url, { clock });
    await active();
    await service.close();
    clock.advance(2_000);
    expect((await get(getActive, "/api/reconnection/active")).status).toBe(503);
    expect([runtime.capability.lastKnown(), runtime.capability.current()]).toEqual(["basic", "down"]);
    service = await startFourEndpointService(Number(new URL(service.url).port));
    expect((await get(getActive, "/api/reconnection/active")).status).toBe(200);
    expect(runtime.capability.current()).toBe("basic");
  });
});

describe("C64: what the upstream is, is decided by what it answers", () => {
  it("C64: a Leash-Version on its answers makes it full, and its problems keep their code", async () => {
    const gateway = createServer((request, response) => {
      response.setHeader("leash-version", "0.1.0");
      response.setHeader("content-type", "application/json");
      if (request.url?.startsWith("/api/reconnection/active")) return response.end(JSON.stringify({ items: [] }));
      response.statusCode = 503;
      response.setHeader("retry-after", "3");
      return response.end(JSON.stringify({ code: "journal_unavailable", detail: "the journal is behind" }));
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    pointAt(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`);
    const refused = await post(postForce, "/api/reconnection/force", { client_id: "dog-1" });
    expect([refused.status, refused.headers.get("retry-after"), refused.headers.get("leash-upstream")]).toEqual([
      503,
      "3",
      "full",
    ]);
    expect(await refused.json()).toMatchObject({ code: "journal_unavailable" });
    // A page that lacks its fields is not passed on as if it were one.
    expect((await get(getActive, "/api/reconnection/active")).status).toBe(502);
    await new Promise<void>((resolve) => gateway.close(() => resolve()));
  });

  it("C63: a token is sent where there is one, and none is made up", async () => {
    pointAt(service.url);
    await active();
    pointAt(service.url, { token: "secret-1" });
    await active();
    expect(new Set(service.tokens)).toEqual(new Set([undefined, "Bearer secret-1"]));
  });
});
