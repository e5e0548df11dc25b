import { request as httpRequest } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { BrowserStream } from "#server/testing/browser-stream.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { ANSWERED_ARGS, INHERITED_NAMES, manyKeys, REFUSED_LOGINS, REFUSED_TEXTS, request } from "./hostile-json.ts";

let gateway: AttackedGateway;
let browser: BrowserStream;
const dogs: RawDog[] = [];
let logins = 0;

beforeAll(async () => {
  gateway = await startAttackedGateway({ LOG_LEVEL: "trace" });
  browser = new BrowserStream(gateway.url);
});
afterEach(() => {
  for (const dog of dogs.splice(0)) dog.stop();
});
afterAll(async () => {
  browser.stop();
  await gateway.stop();
});

async function open(): Promise<RawDog> {
  const dog = new RawDog(gateway.port);
  dogs.push(dog);
  return dog.open(`/ws?token=${gateway.token}`);
}

/** Says it and then asks something plain; resolves with the codes of both answers. */
async function ask(dog: RawDog, text: string): Promise<readonly number[]> {
  const before = dog.received.length;
  dog.frame(0x1, text);
  dog.frame(0x1, request("/api/heartbeat", "{}", "plain"));
  const codes = (one: RawDog) => [...one.text.slice(before).matchAll(/"code":(\d+)/g)].map(([, code]) => Number(code));
  // Both: a good login's answer waits for its commit, and may come after the other's.
  await dog.until((one) => codes(one).length >= 2 || one.ended || one.closed);
  return codes(dog);
}

/** Texts with what of them fits a test's name. */
function named(texts: readonly string[]): [string, string][] {
  return texts.map((text) => [text.slice(0, 40), text]);
}

async function call(method: string, path: string, body?: string | Buffer): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const url = new URL(gateway.url);
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const call = httpRequest({ host: url.hostname, port: url.port, method, path, headers }, (response) => {
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
  });
  call.on("error", reject);
  call.end(body);
  return promise;
}

describe("from a socket", () => {
  it.each(REFUSED_TEXTS)("G22: %s: refused before use, by a stranger and by a dog", async (_name, text) => {
    expect(await ask(await open(), text)).toEqual([400, 401]);
    const dog = await open();
    await dog.login(`HOSTILE-${++logins}`, gateway.token);
    expect(await ask(dog, text)).toEqual([400, 0]);
  });

  it("G22: the third of them closes 4103", async () => {
    const dog = await open();
    for (const [, text] of REFUSED_TEXTS.slice(0, 3)) dog.frame(0x1, text);
    await dog.until((one) => one.closeCode !== undefined || one.ended);
    expect(dog.closeCode).toBe(4103);
  });

  it("G22: 100,000 keys are more than a message holds: 1009", async () => {
    const dog = await open();
    dog.frame(0x1, request("/x", manyKeys(100_000)));
    await dog.until((one) => one.closeCode !== undefined || one.ended);
    expect(dog.closeCode).toBe(1009);
  });

  it.each(ANSWERED_ARGS)("G22: %s: answered, nothing more", async (_name, service, args, code) => {
    const text = request(service, args);
    expect(await ask(await open(), text)).toEqual([code, 401]);
    const dog = await open();
    await dog.login(`HOSTILE-${++logins}`, gateway.token);
    expect(await ask(dog, text)).toEqual([code === 401 ? 0 : code, 0]);
  });

  it.each(REFUSED_LOGINS)("G22: a login with %s is answered 400", async (_name, args) => {
    const dog = await open();
    expect(await ask(dog, request("/api/user/login", args))).toEqual([400, 401]);
    expect(dog.text.slice(dog.text.indexOf("galbot_response"))).not.toContain("\u001b[");
  });

  it("G22: of a key that comes twice the last one counts, everywhere", async () => {
    const dog = await open();
    const args = `{"app_id":"a","sn":"FIRST","token":"wrong","timestamp":1,"sn":"LAST","token":"${gateway.token}"}`;
    expect(
      await ask(
        dog,
        `{"op":"x","op":"galbot_request","service":"/x","service":"/api/user/login","args":{},"args":${args}}`,
      ),
    ).toEqual([0, 0]);
    expect([(await call("GET", "/api/dogs/FIRST")).status, (await call("GET", "/api/dogs/LAST")).status]).toEqual([
      404, 200,
    ]);
  });
});

describe("dogs named like what every object inherits", () => {
  const paths = [
    "/api/fleet/summary",
    "/api/fleet/stats?window=1h",
    "/api/fleet/events?limit=100",
    "/api/dogs?limit=100",
    "/api/reconnection/active?limit=100",
    "/api/reconnection/active.csv",
  ];

  it("G22: they come, are shown, counted, forced, retired and gone like any other", async () => {
    const named: RawDog[] = [];
    for (const name of INHERITED_NAMES) {
      const dog = await open();
      const labels = { site: name, constructor: name, toString: name };
      await dog.login(name, gateway.token, { app_id: name, network: name, firmware: name, client: name, labels });
      expect(dog.text).toContain('"code":0');
      named.push(dog);
    }
    for (const path of paths) expect([path, (await call("GET", path)).status]).toEqual([path, 200]);
    for (const name of INHERITED_NAMES) {
      for (const path of [`/api/dogs/${name}`, `/api/dogs/${name}/events`])
        expect([path, (await call("GET", path)).status]).toEqual([path, 200]);
      for (const field of ["network", "site", "app_id"]) {
        const { status, text } = await call("GET", `/api/dogs?${field}=${name}`);
        expect([status, JSON.parse(text).items.map((row: { client_id: string }) => row.client_id)]).toEqual([
          200,
          [name],
        ]);
      }
      expect(await status(name)).toMatchObject({ client_id: name, is_connected: true });
    }
    for (const dog of named.splice(0, 4)) dog.stop();
    for (const dog of named.splice(0, 2)) dog.closeFrame(1011);
    const forced = await call(
      "POST",
      "/api/reconnection/force",
      JSON.stringify({ client_ids: INHERITED_NAMES, note: "__proto__" }),
    );
    expect([forced.status, JSON.parse(forced.text).tickets.length]).toEqual([202, INHERITED_NAMES.length]);
    for (const path of paths) expect([path, (await call("GET", path)).status]).toEqual([path, 200]);
    for (const name of INHERITED_NAMES) {
      expect((await call("GET", `/api/reconnection/force?client_id=${name}`)).status).toBe(200);
      expect((await call("POST", `/api/dogs/${name}/retire`, "{}")).status).toBeLessThan(300);
    }
  });

  async function status(sn: string): Promise<unknown> {
    return JSON.parse((await call("POST", "/api/reconnection/status", JSON.stringify({ client_id: sn }))).text);
  }
});

describe("over HTTP", () => {
  const ROUTES = [
    "/api/reconnection/status",
    "/api/reconnection/active",
    "/api/reconnection/cleanup",
    "/api/reconnection/force",
    "/api/dogs/D1/retire",
  ];
  const BODIES: readonly (readonly [string, string | Buffer])[] = [
    ["arrays 32,000 deep", `${"[".repeat(32_000)}${"]".repeat(32_000)}`],
    ["objects 17 deep", `${'{"a":'.repeat(17)}1${"}".repeat(17)}`],
    ["a prototype", '{"client_id":"D1","__proto__":{"admin":true}}'],
    ["a prototype in escapes", '{"client_id":"D1","\\u005f_proto__":{"admin":true}}'],
    ["no JSON", '{"client_id":'],
    ["100,000 keys", manyKeys(100_000)],
    [
      "bytes that are no UTF-8",
      Buffer.concat([Buffer.from('{"client_id":"'), Buffer.from([0xed, 0xa0, 0x80, 0xff]), Buffer.from('"}')]),
    ],
    ["a list", "[1]"],
    ["a text", '"D1"'],
    ["a number past every number", "1e999"],
  ];
  it.each(BODIES)("G22: a body of %s is a problem of the caller's on every route, never ours", async (name, body) => {
    for (const path of ROUTES) {
      const { status, text } = await call("POST", path, body);
      const ignores = path.endsWith("cleanup") && status === 200;
      expect([path, ignores || (status >= 400 && status < 500), name], text).toEqual([path, true, name]);
      if (!ignores) expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String) });
    }
  });

  const CLIENT_IDS = [
    '"D1\\r\\nX-Evil: 1"',
    '"\\u001b[2J"',
    '"\\ud800"',
    `"${"x".repeat(60_000)}"`,
    "1e308",
    "{}",
    "null",
    '["__proto__"]',
  ];
  it.each(named(CLIENT_IDS))("G22: the client_id %s is a 400", async (_name, id) => {
    for (const [path, body] of [
      ["/api/reconnection/status", `{"client_id":${id}}`],
      ["/api/reconnection/force", `{"client_id":${id}}`],
      ["/api/reconnection/force", `{"client_ids":[${id}]}`],
      ["/api/reconnection/force", `{"filter":{"q":${id.length > 999 ? id : "1e308"}},"expected":1e308}`],
    ] as const) {
      const { status, text } = await call("POST", path, body);
      expect([path, status]).toEqual([path, 400]);
      expect(text.length).toBeLessThan(2_000);
    }
  });

  it("G22: 7,000 unknown keys are refused in an answer that is no larger than the question", async () => {
    const body = manyKeys(7_000);
    const { status, text } = await call("POST", "/api/reconnection/force", body);
    expect(status).toBe(400);
    expect(text.length).toBeLessThan(body.length);
  });

  const ADDRESSES = [
    "/api/dogs/%ED%A0%80",
    "/api/dogs/%00",
    "/api/dogs/%",
    "/api/dogs/..%2f..%2fetc",
    "/api/dogs/%0d%0aX-Evil:1",
    `/api/dogs/${"x".repeat(4_000)}`,
    "/api/dogs?limit=1e999",
    "/api/dogs?limit=-1",
    "/api/dogs?__proto__[a]=1&__proto__=2",
    "/api/dogs?state=__proto__",
    "/api/dogs?sort=constructor",
    "/api/dogs?cursor=e30",
    "/api/dogs?cursor=%00",
    "/api/dogs?q=%ED%A0%80%FF",
    "/api/dogs?q=%",
    `/api/dogs?${"state=connected&".repeat(400)}`,
    "/api/fleet/stats?window=1e999",
    "/api/fleet/stats?window=__proto__",
    "/api/fleet/events?before=__proto__&limit=NaN",
    "/api/reconnection/force/__proto__",
    "/api/reconnection/force?client_id=%0d%0a",
    "/api/reconnection/active.csv?site=%ED%A0%80",
    "/__proto__",
    "/api/constructor",
    "/api/openapi.json?__proto__=1",
    "//evil.example/api/dogs",
    "/api/dogs/D1/../../..",
  ];
  it.each(named(ADDRESSES))("G22: %s is answered without a fault of ours", async (_name, path) => {
    const { status } = await call("GET", path);
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
  });
});

describe("after all of it", () => {
  it("G22: the browser read every frame, the gateway serves on, no prototype changed, nothing was thrown", async () => {
    const ticks = browser.counts.get("tick") ?? 0;
    await browser.until((stream) => (stream.counts.get("tick") ?? 0) > ticks || stream.ended);
    expect([browser.ended, browser.unreadable]).toEqual([false, []]);
    expect(browser.counts.get("changes")).toBeGreaterThan(0);
    for (const name of INHERITED_NAMES) expect(browser.text).toContain(`"${name}"`);
    expect(await gateway.complaints()).toEqual([]);
    for (const line of gateway.process.stdout().trimEnd().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
  });
});
