import { globSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownRequest, routeContext, useUpstream } from "#app/_testing/console-harness.ts";
import { setRuntime } from "./runtime.ts";

type Handler = (request: Request, context: ReturnType<typeof routeContext>) => Promise<Response>;

const API = resolve(import.meta.dirname, "../api");
const MUTATING = ["POST", "PUT", "PATCH", "DELETE"] as const;

/** Every route file there is: a new one is in the table without anyone's doing. */
const routes = await Promise.all(
  globSync("**/route.ts", { cwd: API }).map(async (file) => ({
    path: `/api/${file.replace(/\/route\.ts$/, "")}`,
    module: (await import(resolve(API, file))) as Readonly<Record<string, Handler>>,
  })),
);
const cases = routes.flatMap(({ path, module }) =>
  Object.keys(module).map((method) => ({ path, method, handler: module[method] as Handler })),
);
const mutations = cases.filter(({ method }) => MUTATING.some((one) => one === method));
const call = (handler: Handler, request: Request) => handler(request, routeContext({ sn: "dog-1", ticket: "T1" }));

beforeAll(() => {
  // Nothing listens there: a request that got past the checks would say upstream_unavailable.
  useUpstream("http://127.0.0.1:9");
});
afterAll(() => setRuntime(undefined));

describe("C60: a mutation must come from our own pages", () => {
  it("C60: the table holds the mutating routes there are", () => {
    expect(mutations.map(({ path, method }) => `${method} ${path}`).sort()).toEqual([
      "DELETE /api/reconnection/force",
      "POST /api/dogs/[sn]/retire",
      "POST /api/reconnection/active",
      "POST /api/reconnection/cleanup",
      "POST /api/reconnection/force",
      "POST /api/reconnection/status",
      "PUT /api/policy",
    ]);
  });

  it.each(mutations)("C60: $method $path refuses what another origin could send", async ({ method, path, handler }) => {
    const attacks: Record<string, string | null>[] = [
      { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
      { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:4000" },
      { "sec-fetch-site": null, origin: "https://evil.example" },
      { "sec-fetch-site": "same-origin", origin: "https://evil.example" },
      { "sec-fetch-site": null, origin: "null" },
      { "sec-fetch-site": "none", origin: null },
      { "sec-fetch-site": null, origin: null },
    ];
    for (const headers of attacks) {
      const response = await call(handler, ownRequest(path, { method, body: {}, headers }));
      expect({ headers, status: response.status }).toEqual({ headers, status: 403 });
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  it.each(mutations)("C60: $method $path refuses a form's content types", async ({ method, path, handler }) => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", null]) {
      const response = await call(handler, ownRequest(path, { method, body: "{}", headers: { "content-type": type } }));
      expect({ type, status: response.status }).toEqual({ type, status: 415 });
    }
  });

  it.each(cases)(
    "C62: $method $path answers only a local Host and a loopback peer",
    async ({ method, path, handler }) => {
      const strangers: Record<string, string | null>[] = [
        { host: "leash.example:3000", origin: null },
        { host: "127.0.0.1.evil.example", origin: null },
        { "x-forwarded-for": "10.0.0.7" },
        { "x-forwarded-for": "127.0.0.1, 10.0.0.7" },
        { "x-forwarded-for": null },
        { "x-forwarded-host": "leash.example" },
        { forwarded: "for=10.0.0.7" },
      ];
      for (const headers of strangers) {
        const response = await call(handler, ownRequest(path, { method, headers }));
        expect({ headers, status: response.status }).toEqual({ headers, status: 401 });
      }
    },
  );

  it.each(cases.filter(({ method }) => method === "GET"))(
    "C60: $method $path is not read across sites",
    async ({ path, handler }) => {
      const response = await call(handler, ownRequest(path, { headers: { "sec-fetch-site": "cross-site" } }));
      expect(response.status).toBe(403);
    },
  );
});

describe("C61: bad input is named before anything is asked of the gateway", () => {
  const force = cases.find(({ path, method }) => path === "/api/reconnection/force" && method === "POST")?.handler;
  const post = async (body: unknown) => {
    if (force === undefined) throw new Error("no force route");
    const response = await call(force, ownRequest("/api/reconnection/force", { method: "POST", body }));
    return { status: response.status, problem: (await response.json()) as { code: string; detail: string } };
  };

  it("C61: a body over 64 KiB is payload_too_large", async () => {
    expect(await post({ note: "x".repeat(65_536) })).toMatchObject({
      status: 413,
      problem: { code: "payload_too_large" },
    });
  });

  it.each([
    ["not JSON", "{"],
    ["deeper than 16", `${"[".repeat(17)}${"]".repeat(17)}`],
    ["with __proto__", '{"__proto__":{"role":"admin"},"client_id":"a"}'],
  ])("C61: %s is invalid_input", async (_, body) => {
    expect(await post(body)).toMatchObject({ status: 400, problem: { code: "invalid_input" } });
  });

  it("C61: a bad serial number is named", async () => {
    const dog = cases.find(({ path, method }) => path === "/api/dogs/[sn]" && method === "GET")?.handler;
    const response = await dog?.(ownRequest("/api/dogs/x"), routeContext({ sn: "../etc" }));
    expect(response?.status).toBe(400);
  });
});
