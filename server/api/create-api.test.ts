import { afterEach, describe, expect, it } from "vitest";
import { problem } from "#lib/contracts/shared.ts";
import { CAUSE } from "#lib/testing/builders.ts";
import { MemoryStore } from "#server/journal/memory-store.ts";
import { type ApiWorld, startApi } from "./testing/api-harness.ts";

const worlds: ApiWorld[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});
async function api(options?: Parameters<typeof startApi>[0]): Promise<ApiWorld> {
  const made = await startApi(options);
  worlds.push(made);
  return made;
}

describe("the seed's four", () => {
  it("G74: status answers exactly the seed's fields; an unknown dog is 404", async () => {
    const w = await api();
    w.dogs.login("dog_sn_001");
    w.clock.advance(90_000);
    w.dogs.drop("dog_sn_001", CAUSE.timeout);
    const answer = await w.call("POST", "/api/reconnection/status", { client_id: "dog_sn_001" });
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.json()).sort()).toEqual([
      "client_id",
      "current_delay",
      "failure_reason",
      "is_connected",
      "next_retry_time",
      "reconnection_attempts",
      "time_until_retry",
    ]);
    expect(answer.headers["leash-version"]).toBe("0.1.0");
    expect(answer.headers["cache-control"]).toBe("no-store");
    const unknown = await w.call("POST", "/api/reconnection/status", { client_id: "nobody" });
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json()).toMatchObject({ code: "not_found" });
  });

  it("G71: active pages by GET and by POST, with the same answer", async () => {
    const w = await api();
    for (const sn of ["a", "b", "c"]) w.dogs.login(sn);
    w.clock.advance(90_000);
    for (const sn of ["a", "b", "c"]) w.dogs.drop(sn);
    const get = await w.call("GET", "/api/reconnection/active?limit=2&state=reconnecting,refused");
    const post = await w.call("POST", "/api/reconnection/active", { limit: 2, state: ["reconnecting", "refused"] });
    expect(get.json()).toMatchObject({ total: 3, items: [{ client_id: "a" }, { client_id: "b" }] });
    expect(post.json()).toEqual(get.json());
    const cursor = get.json<{ next_cursor: string }>().next_cursor;
    const rest = await w.call("GET", `/api/reconnection/active?limit=2&state=reconnecting,refused&cursor=${cursor}`);
    expect(rest.json()).toMatchObject({ items: [{ client_id: "c" }], next_cursor: null });
  });

  it("G81: cleanup counts dry, removes what is older than 24 h, keeps its reason, and again removes nothing", async () => {
    const w = await api();
    for (const sn of ["a", "b"]) w.dogs.login(sn);
    w.dogs.drop("a");
    w.clock.advance(3_600_000 * 23);
    w.dogs.drop("b");
    w.clock.advance(3_601_000);
    const cleanup = async (body?: object) => (await w.call("POST", "/api/reconnection/cleanup", body)).json();
    expect(await cleanup({ dry_run: true })).toEqual({ removed: 1 });
    expect(await cleanup()).toEqual({ removed: 1 });
    expect(await cleanup({})).toEqual({ removed: 0 });
    expect(w.readModel.status("a")).toMatchObject({ is_connected: false, failure_reason: "对端重置连接" });
    expect(w.readModel.summary()).toMatchObject({ offline: 1, offline_over_24h: 1, expired: 0 });
  });

  it("G81: once an hour it runs by itself", async () => {
    const w = await api();
    w.dogs.login("a");
    w.dogs.drop("a");
    w.clock.advance(3_600_000 * 25 + 1_000);
    expect(w.readModel.summary()).toMatchObject({ offline: 1, gave_up: 0 });
  });

  it("G50: force one, some and matching answer 202; one unknown id alone is 404; a batch is stopped", async () => {
    const w = await api();
    for (let i = 0; i < 60; i++) w.dogs.login(`d${i}`);
    const one = await w.call("POST", "/api/reconnection/force", { client_id: "d0", note: "why" });
    expect(one.statusCode).toBe(202);
    expect(one.json()).toMatchObject({ client_id: "d0", tickets: [{ client_id: "d0", status: "armed" }], errors: [] });
    expect((await w.call("POST", "/api/reconnection/force", { client_id: "nobody" })).statusCode).toBe(404);
    const some = await w.call("POST", "/api/reconnection/force", { client_ids: ["d0", "d1", "nobody", "d1"] });
    expect(some.json()).toMatchObject({
      tickets: [{ client_id: "d0", existing: true }, { client_id: "d1" }],
      errors: [{ client_id: "nobody", code: "not_found" }],
    });
    const moved = await w.call("POST", "/api/reconnection/force", { filter: { state: ["connected"] }, expected: 70 });
    expect(moved.statusCode).toBe(409);
    const all = await w.call("POST", "/api/reconnection/force", { filter: { state: ["connected"] }, expected: 58 });
    expect(all.statusCode).toBe(202);
    const { batch } = all.json<{ batch: string }>();
    const listed = await w.call("GET", `/api/reconnection/force?batch=${batch}`);
    expect(listed.json()).toMatchObject({ batch: { batch, total: 58, stopped: false } });
    const stopped = await w.call("DELETE", `/api/reconnection/force?batch=${batch}`);
    expect(stopped.json()).toMatchObject({ batch, cancelled: 58 });
    expect((await w.call("DELETE", "/api/reconnection/force?batch=none")).statusCode).toBe(404);
    const { ticket } = one.json<{ tickets: { ticket: string }[] }>().tickets[0] ?? { ticket: "" };
    expect((await w.call("GET", `/api/reconnection/force/${ticket}`)).json()).toMatchObject({
      client_id: "d0",
      note: "why",
    });
    expect((await w.call("GET", "/api/reconnection/force/none")).statusCode).toBe(404);
  });
});

it("G50: a note keeps its words, not its control characters; a blank one is none", async () => {
  const w = await api();
  for (const sn of ["a", "b"]) w.dogs.login(sn);
  const noteOn = async (client_id: string, note: string) => {
    await w.call("POST", "/api/reconnection/force", { client_id, note });
    return w.readModel.row(client_id)?.ticket?.note;
  };
  expect(await noteOn("a", "换电池\u0007 <b>")).toBe("换电池\\u0007 <b>");
  expect(await noteOn("b", "  ")).toBeNull();
});

describe("bad input", () => {
  it.each([
    ["/api/reconnection/status", {}, ["client_id"]],
    ["/api/reconnection/status", { client_id: "a b" }, ["client_id"]],
    [
      "/api/reconnection/active",
      { limit: 0, sort: "x", order: "up", state: ["lost"] },
      ["state.0", "sort", "order", "limit"],
    ],
    ["/api/reconnection/force", {}, ["client_id"]],
    ["/api/reconnection/force", { client_id: 3 }, ["client_id"]],
    ["/api/reconnection/force", { client_ids: [] }, ["client_ids"]],
    ["/api/reconnection/force", { client_ids: ["ok", "not ok"], nope: 1 }, ["client_ids.1", "nope"]],
    ["/api/reconnection/force", { filter: {}, expected: -1 }, ["expected"]],
    ["/api/reconnection/force", { filter: { reason: ["x"] }, expected: 1 }, ["filter.reason.0"]],
    ["/api/reconnection/force", { filter: { stat: ["offline"] }, expected: 0 }, ["filter.stat"]],
    ["/api/reconnection/cleanup", { dry_run: "yes" }, ["dry_run"]],
    ["/api/reconnection/cleanup", { dryrun: true }, ["dryrun"]],
    ["/api/dogs/a/retire", { nota: "x" }, ["nota"]],
  ])("G82: %s %j is a 400 that names each bad field", async (url, body, fields) => {
    const w = await api();
    const answer = await w.call("POST", url, body);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    const told = problem.parse(answer.json());
    expect(told.code).toBe("invalid_input");
    expect(told.errors?.map(({ field }) => field)).toEqual(fields);
  });

  it.each([
    ["not JSON", "{", 400, "invalid_input"],
    ["a poisoned key", '{"__proto__":{"a":1},"client_id":"a"}', 400, "invalid_input"],
    ["too deep", `${"[".repeat(40)}${"]".repeat(40)}`, 400, "invalid_input"],
    ["too large", JSON.stringify({ client_id: "a".repeat(70_000) }), 413, "payload_too_large"],
  ])("G82: a body that is %s is refused before use", async (_name, payload, status, code) => {
    const w = await api();
    const headers = { "content-type": "application/json" };
    const answer = await w.send({ method: "POST", url: "/api/reconnection/status", headers, payload });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it.each([
    ["/api/reconnection/active?limit=1001", ["limit"]],
    ["/api/reconnection/active?state=asleep,lost&sort=name", ["state", "sort"]],
    ["/api/dogs?stat=gave_up", ["stat"]],
    ["/api/reconnection/active.csv?reason=x&limit=3", ["reason", "limit"]],
    ["/api/reconnection/active?cursor=zzz", ["cursor"]],
    ["/api/fleet/stats?window=2d", ["window"]],
    ["/api/dogs/a%20b", ["sn"]],
  ])("G82: %s is a 400 that names each bad field as the query has it", async (url, fields) => {
    const w = await api();
    const answer = await w.call("GET", url);
    expect(answer.statusCode).toBe(400);
    const told = problem.parse(answer.json());
    expect([...new Set(told.errors?.map(({ field }) => field))]).toEqual(fields);
  });

  it("G82: an address that cannot be decoded is told like all else", async () => {
    const w = await api();
    const answer = await w.call("GET", "/api/dogs/%ff");
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.headers).toMatchObject({ "leash-version": "0.1.0", "cache-control": "no-store" });
    expect(problem.parse(answer.json()).code).toBe("invalid_input");
  });

  it("G82: other content types, methods and addresses are refused by name", async () => {
    const w = await api();
    const headers = { "content-type": "text/plain" };
    const text = await w.send({ method: "POST", url: "/api/reconnection/status", headers, payload: "x" });
    expect(text.json()).toMatchObject({ status: 415, code: "unsupported_media_type" });
    const method = await w.call("GET", "/api/reconnection/status");
    expect(method.json()).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect(method.headers.allow).toBe("POST");
    expect((await w.call("DELETE", "/api/dogs/a")).statusCode).toBe(405);
    expect((await w.call("GET", "/api/nothing")).json()).toMatchObject({ status: 404, code: "not_found" });
    expect((await w.call("GET", "/api/fleet/events?before=zzz")).json()).toMatchObject({
      errors: [{ field: "before" }],
    });
  });

  it("G83: an unknown error leaves as internal, its text and stack withheld", async () => {
    const w = await api({
      metrics: () => Promise.reject(new Error("secret path /etc/leash")),
    });
    const answer = await w.call("GET", "/metrics");
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: "internal" });
    expect(answer.body).not.toMatch(/secret|stack|\.ts/);
  });
});

describe("who may ask", () => {
  const url = "/api/fleet/summary";

  it.each([
    ["a foreign Host", { host: "evil.example" }],
    ["a foreign Origin", { origin: "http://evil.example" }],
    ["a null Origin", { origin: "null" }],
    ["another local port's page", { origin: "http://localhost:3000" }],
    ["Forwarded", { forwarded: "for=1.2.3.4" }],
    ["X-Forwarded-For", { "x-forwarded-for": "1.2.3.4" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
  ])("G84: without a token %s is refused on every route of the API", async (_name, headers) => {
    const w = await api({ access: { token: "right-token", tokenRequired: false } });
    for (const path of [url, "/api/events", "/api/openapi.json", "/metrics", "/api/nothing"]) {
      expect((await w.send({ method: "GET", url: path, headers })).statusCode).toBe(403);
    }
    const authorization = "Bearer right-token";
    expect((await w.send({ method: "GET", url, headers: { ...headers, authorization } })).statusCode).toBe(200);
  });

  it("G84: a token that is presented must be right, also on loopback", async () => {
    const w = await api({ access: { token: "right-token", tokenRequired: false } });
    for (const authorization of ["Bearer wrong-token", "Basic abc", "Bearer ", "right-token"]) {
      const answer = await w.send({ method: "GET", url, headers: { authorization } });
      expect(answer.statusCode).toBe(401);
      expect(answer.body).not.toContain("right-token");
    }
    expect((await w.call("GET", url)).statusCode).toBe(200);
  });

  it("G84: bound wide nothing but the health checks is answered without the token", async () => {
    const w = await api({ access: { token: "right-token", tokenRequired: true } });
    for (const path of [url, "/metrics", "/api/openapi.json", "/api/events", "/nothing"]) {
      expect((await w.call("GET", path)).statusCode).toBe(401);
    }
    for (const path of ["/healthz", "/readyz"]) expect((await w.call("GET", path)).statusCode).toBe(200);
  });

  it("G97: behind a trusted proxy the limit counts the client it names; nobody else is believed, and the token is asked for", async () => {
    const access = { token: "right-token", tokenRequired: false };
    const w = await api({ access, trustedProxies: ["127.0.0.1", "10.0.0.0/8"] });
    const left = async (remoteAddress: string, forwarded?: string) => {
      const headers = {
        host: "leash.example",
        authorization: "Bearer right-token",
        ...(forwarded === undefined ? {} : { "x-forwarded-for": forwarded }),
      };
      const answer = await w.api.inject({ method: "GET", url: "/api/fleet/summary", remoteAddress, headers });
      expect(answer.statusCode).toBe(200);
      return answer.headers["x-ratelimit-remaining"];
    };
    expect(await left("127.0.0.1")).toBeUndefined();
    expect(await left("127.0.0.1", "192.0.2.7")).toBe("5999");
    expect(await left("10.1.1.1", "127.0.0.1, 192.0.2.7, 127.0.0.1")).toBe("5998");
    expect(await left("192.0.2.8", "192.0.2.7")).toBe("5999");
    const bare = await w.send({
      method: "GET",
      url: "/api/fleet/summary",
      headers: { "x-forwarded-for": "192.0.2.7" },
    });
    expect(bare.statusCode).toBe(403);
  });

  it("G85: the operator's name is believed from a caller with the right token only", async () => {
    const w = await api({ access: { token: "right-token", tokenRequired: false } });
    w.dogs.login("a");
    w.dogs.login("b");
    const post = { method: "POST", url: "/api/reconnection/force" } as const;
    await w.send({ ...post, headers: { "x-leash-actor": "ana" }, payload: { client_id: "a" } });
    await w.send({
      ...post,
      headers: { "x-leash-actor": "ana", authorization: "Bearer right-token" },
      payload: { client_id: "b" },
    });
    w.dogs.login("c");
    await w.send({
      ...post,
      headers: { "x-leash-actor": encodeURIComponent("林\u0007"), authorization: "Bearer right-token" },
      payload: { client_id: "c" },
    });
    expect(w.readModel.get("c")?.ticket?.actor).toBe("林\\u0007");
    expect(w.readModel.get("a")?.ticket?.actor).toBe("api");
    expect(w.readModel.get("b")?.ticket?.actor).toBe("ana");
  });
});

describe("mutating calls", () => {
  it.each([
    ["POST", "/api/reconnection/force", { client_id: "a" }],
    ["POST", "/api/reconnection/cleanup", {}],
    ["POST", "/api/dogs/a/retire", {}],
    [
      "PUT",
      "/api/policy",
      {
        pushed: { max_retries: 3, base_delay_ms: 100, max_delay_ms: 200 },
        assumed: { max_retries: 3, base_delay_ms: 100, max_delay_ms: 200 },
      },
    ],
  ] as const)(
    "G57: %s %s is acknowledged after its commit, else 503 journal_unavailable",
    async (method, url, body) => {
      const store = new MemoryStore();
      const w = await api({ store });
      w.dogs.login("a");
      await w.journal.committed();
      store.failWith(new Error("disk full"));
      w.dogs.login("b");
      const refused = await w.call(method, url, body);
      expect(refused.statusCode).toBe(503);
      expect(refused.json()).toMatchObject({ code: "journal_unavailable" });
      expect(refused.headers["retry-after"]).toBe("1");
      expect(w.dogs.revoked).toEqual([]);
      store.failWith(undefined);
      w.clock.advance(600);
      await expect.poll(() => w.journal.health().status).toBe("ok");
      expect((await w.call(method, url, body)).statusCode).toBeLessThan(300);
    },
  );

  it("G86: retire takes a dog out of every list and closes its sockets", async () => {
    const w = await api();
    w.dogs.login("a");
    expect((await w.call("POST", "/api/dogs/a/retire", { note: "scrapped" })).json()).toEqual({
      client_id: "a",
      state: "retired",
    });
    expect(w.dogs.revoked).toEqual(["a"]);
    expect((await w.call("POST", "/api/reconnection/status", { client_id: "a" })).statusCode).toBe(404);
    expect((await w.call("GET", "/api/dogs/a")).statusCode).toBe(404);
    expect((await w.call("GET", "/api/dogs")).json()).toMatchObject({ total: 0 });
    expect((await w.call("GET", "/api/dogs/a/events")).statusCode).toBe(200);
    expect((await w.call("POST", "/api/dogs/a/retire")).statusCode).toBe(200);
    expect((await w.call("POST", "/api/dogs/nobody/retire")).statusCode).toBe(404);
  });

  it("G87: what an older journal has beyond the limits is read as the dogs keep it; what is assumed may be a day", async () => {
    const w = await api();
    const aDay = { maxRetries: 3, baseDelayMs: 1, maxDelayMs: 86_400_000 };
    w.journal.append({ type: "policy.changed", pushed: aDay, assumed: aDay });
    expect((await w.call("GET", "/api/policy")).json()).toEqual({
      pushed: { max_retries: 3, base_delay_ms: 100, max_delay_ms: 240_000 },
      assumed: { max_retries: 3, base_delay_ms: 1, max_delay_ms: 86_400_000 },
    });
  });

  it("G87: the policy is journaled, survives a restart and is refused where it contradicts itself", async () => {
    const store = new MemoryStore();
    const w = await api({ store });
    const one = { max_retries: 4, base_delay_ms: 2_000, max_delay_ms: 9_000 };
    const set = await w.call("PUT", "/api/policy", { pushed: one, assumed: one });
    expect(set.json()).toEqual({ pushed: one, assumed: one });
    expect(w.readModel.policies().pushed).toEqual({ maxRetries: 4, baseDelayMs: 2_000, maxDelayMs: 9_000 });
    const bad = await w.call("PUT", "/api/policy", { pushed: { ...one, base_delay_ms: 10_000 }, assumed: one });
    expect(bad.json()).toMatchObject({ errors: [{ field: "pushed.base_delay_ms" }] });
    for (const [field, value] of [
      ["base_delay_ms", 99],
      ["max_delay_ms", 240_001],
      ["max_retries", 1_001],
    ] as const) {
      const beyond = await w.call("PUT", "/api/policy", { pushed: { ...one, [field]: value }, assumed: one });
      expect([beyond.statusCode, beyond.json()]).toMatchObject([400, { errors: [{ field: `pushed.${field}` }] }]);
    }
    expect(w.dogs.policyPushes).toBe(1);
    const again = await api({ store, clock: w.clock });
    expect((await again.call("GET", "/api/policy")).json()).toEqual({ pushed: one, assumed: one });
  });
});

describe("reading", () => {
  it("G88: the feed pages back by event, the dog's own log likewise, with what a login ended", async () => {
    const w = await api();
    for (let i = 0; i < 5; i++) w.dogs.login(`d${i}`);
    w.clock.advance(90_000);
    w.dogs.drop("d0");
    w.clock.advance(5_000);
    w.dogs.login("d0");
    const first = await w.call("GET", "/api/fleet/events?limit=3");
    const page = first.json<{ items: { id: string; type: string }[]; next_before: string }>();
    expect(page.items.map(({ type }) => type)).toEqual(["dog.connected", "dog.disconnected", "dog.connected"]);
    expect(page.items[0]).toMatchObject({
      client_id: "d0",
      outage_ms: expect.any(Number),
      dials: expect.any(Number),
      site: "plant-a",
    });
    const rest = await w.call("GET", `/api/fleet/events?limit=100&before=${page.next_before}`);
    expect(rest.json<{ items: unknown[] }>().items).toHaveLength(5);
    const log = await w.call("GET", "/api/dogs/d0/events");
    expect(log.json()).toMatchObject({
      items: [
        { type: "dog.connected", outage_ms: expect.any(Number) },
        { type: "dog.disconnected" },
        { type: "dog.connected" },
      ],
      next_before: null,
    });
  });

  it("G89: the export quotes, and no cell is a formula", async () => {
    const w = await api();
    w.dogs.login("a", { network: "=cmd|'/c calc'!A0", firmware: '@x,"y"', labels: { site: "-1+1" } });
    w.dogs.drop("a", { raw: "+SUM(1)\nx" });
    const csv = await w.call("GET", "/api/reconnection/active.csv");
    expect(csv.headers["content-type"]).toContain("text/csv");
    expect(csv.body).toContain("'=cmd|'/c calc'!A0");
    expect(csv.body).toContain(`"'@x,""y"""`);
    expect(csv.body).toContain("'-1+1");
    expect(csv.body).toContain(`"'+SUM(1)\nx"`);
    expect(csv.body).not.toMatch(/(^|,)"?[=+@]/m);
  });

  it("G89: the CSV export holds all that matches, in the order asked for", async () => {
    const w = await api();
    for (const sn of ["b", "c", "a"]) w.dogs.login(sn);
    for (const sn of ["b", "c", "a"]) w.dogs.drop(sn);
    const sns = async (query: string) => {
      const { body } = await w.call("GET", `/api/reconnection/active.csv?${query}`);
      return body
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[0]);
    };
    expect(await sns("")).toEqual(["b", "c", "a"]);
    expect(await sns("sort=sn&order=desc")).toEqual(["c", "b", "a"]);
    expect(await sns("q=b&sort=sn")).toEqual(["b"]);
  });

  it("G94: the OpenAPI document lists every route", async () => {
    const w = await api();
    const document = (await w.call("GET", "/api/openapi.json")).json<{
      paths: Record<string, object>;
      openapi: string;
    }>();
    for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
      expect(operation).toMatchObject({ responses: { default: { content: { "application/problem+json": {} } } } });
    }
    for (const [path, type] of [
      ["/api/events", "text/event-stream"],
      ["/api/fleet/outages.csv", "text/csv"],
    ] as const) {
      expect(document.paths[path]).toMatchObject({ get: { responses: { 200: { content: { [type]: {} } } } } });
    }
    const asArray = { content: { "application/json": { schema: { type: "array" } } } };
    for (const path of ["/api/fleet/outages.json", "/api/fleet/events.json", "/api/dogs/{sn}/events.json"]) {
      expect(document.paths[path]).toMatchObject({ get: { responses: { 200: asArray } } });
    }
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(document.openapi).toBe("3.1.0");
    expect(listed.sort()).toEqual(
      [
        "POST /api/reconnection/status",
        "GET /api/reconnection/active",
        "POST /api/reconnection/active",
        "GET /api/reconnection/active.csv",
        "POST /api/reconnection/cleanup",
        "POST /api/reconnection/force",
        "GET /api/reconnection/force",
        "DELETE /api/reconnection/force",
        "GET /api/reconnection/force/{ticket}",
        "GET /api/fleet/summary",
        "GET /api/fleet/stats",
        "GET /api/fleet/events",
        "GET /api/fleet/events.csv",
        "GET /api/fleet/events.json",
        "GET /api/fleet/outages.csv",
        "GET /api/fleet/outages.json",
        "GET /api/fleet/least-stable",
        "GET /api/fleet/horizon",
        "GET /api/dogs/{sn}/timeline",
        "GET /api/dogs/{sn}/events.csv",
        "GET /api/dogs/{sn}/events.json",
        "GET /api/dogs",
        "GET /api/dogs/{sn}",
        "GET /api/dogs/{sn}/events",
        "POST /api/dogs/{sn}/retire",
        "GET /api/policy",
        "PUT /api/policy",
        "GET /api/events",
        "GET /healthz",
        "GET /readyz",
        "GET /metrics",
      ].sort(),
    );
  });

  it("G95: ready only when the process says so; healthy all the while", async () => {
    const w = await api({ readiness: () => ({ ready: false, reason: "draining" }) });
    const ready = await w.call("GET", "/readyz");
    expect(ready.statusCode).toBe(503);
    expect(ready.json()).toEqual({ ready: false, reason: "draining" });
    expect((await w.call("GET", "/healthz")).statusCode).toBe(200);
  });
});
