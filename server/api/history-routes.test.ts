import { afterEach, describe, expect, it } from "vitest";
import { dogTimeline } from "#lib/contracts/dogs.ts";
import { fleetStats, leastStable } from "#lib/contracts/fleet.ts";
import { problem } from "#lib/contracts/shared.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { type ApiWorld, startApi } from "./testing/api-harness.ts";
import { outageRecordOf } from "./testing/fake-history.ts";

const DAY_MS = 86_400_000;
const worlds: ApiWorld[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});
async function api(options?: Parameters<typeof startApi>[0]): Promise<ApiWorld> {
  const made = await startApi(options);
  worlds.push(made);
  return made;
}
const iso = (at: number) => new Date(at).toISOString();
const get = (w: ApiWorld, url: string) => w.call("GET", url);

describe("statistics of a window", () => {
  it("G151: an hour where no window is given, any window where one is, in whole minutes that end now at the latest", async () => {
    const w = await api();
    w.clock.advance(40 * DAY_MS + 12_345);
    const now = w.clock.now();
    const minute = (at: number) => Math.floor(at / 60_000) * 60_000;
    const askedOf = async (search: string) => {
      const answer = await get(w, `/api/fleet/stats${search}`);
      expect(answer.statusCode).toBe(200);
      return w.history.asked.at(-1)?.[1];
    };
    const ends = { to: now, by: null, timeZone: "UTC" };
    expect(await askedOf("")).toEqual({ from: minute(now - 3_600_000), ...ends });
    expect(await askedOf("?window=30d&by=site&tz=Asia/Shanghai")).toEqual({
      from: Math.floor((now - 30 * DAY_MS) / 3_600_000) * 3_600_000,
      to: now,
      by: "site",
      timeZone: "Asia/Shanghai",
    });
    const from = now - 10_000_000;
    expect(await askedOf(`?from=${iso(from)}&to=${now - 100_000}`)).toMatchObject({
      from: minute(from),
      to: minute(now - 100_000) + 60_000,
    });
    const hour = Math.floor(now / 3_600_000) * 3_600_000;
    expect(await askedOf(`?from=${hour - 5 * DAY_MS + 1}&to=${hour - DAY_MS + 1}`)).toMatchObject({
      from: hour - 5 * DAY_MS,
      to: hour - DAY_MS + 3_600_000,
    });
    expect(await askedOf(`?from=${from}&to=${now + DAY_MS}`)).toMatchObject({ from: minute(from), to: now });
    expect(await askedOf(`?window=6h&to=${from}`)).toMatchObject({ from: minute(from - 21_600_000) });
  });

  it("G151: what is now comes from the live fold, what is past from the past", async () => {
    const w = await api();
    for (const sn of ["a", "b"]) w.dogs.login(sn);
    w.clock.advance(90_000);
    w.dogs.drop("a");
    w.clock.advance(3_000);
    const stats = fleetStats.parse((await get(w, "/api/fleet/stats?window=15m")).json());
    expect(stats).toMatchObject({ as_of: iso(w.clock.now()), to: iso(w.clock.now()), reasons_now: { peer_reset: 1 } });
    expect(stats.attempts.running).toEqual([{ attempt: expect.any(Number), count: 1 }]);
    expect(stats.delays.waiting).toEqual([{ delay_ms: expect.any(Number), count: 1 }]);
  });

  it("G151: identical queries share one answer for a second, a refused one none", async () => {
    const w = await api();
    const asked = () => w.history.asked.length;
    await Promise.all(Array.from({ length: 20 }, () => get(w, "/api/fleet/stats?window=15m")));
    expect(asked()).toBe(1);
    await get(w, "/api/fleet/stats?window=1h");
    expect(asked()).toBe(2);
    w.clock.advance(1_001);
    await get(w, "/api/fleet/stats?window=15m");
    expect(asked()).toBe(3);
    w.clock.advance(1_001);
    w.history.failure = new AppError("history_unavailable", "the past is away");
    expect((await get(w, "/api/fleet/stats?window=15m")).json()).toMatchObject({ code: "history_unavailable" });
    w.history.failure = undefined;
    expect((await get(w, "/api/fleet/stats?window=15m")).statusCode).toBe(200);
  });

  it.each([
    ["/api/fleet/stats?window=2d", "window"],
    ["/api/fleet/stats?window=1h&from=1", "from"],
    ["/api/fleet/stats?by=colour", "by"],
    ["/api/fleet/stats?tz=Mars/Olympus", "tz"],
    ["/api/fleet/stats?from=yesterday", "from"],
    ["/api/fleet/stats?from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z", "to"],
    ["/api/fleet/stats?from=99999999999999", "from"],
    ["/api/fleet/stats?from=0", "from"],
    ["/api/fleet/stats?to=0", "to"],
    ["/api/fleet/stats?step=60", "step"],
    ["/api/fleet/least-stable?limit=0", "limit"],
    ["/api/fleet/least-stable?window=1y", "window"],
    ["/api/dogs/a/timeline?from=0", "from"],
    ["/api/dogs/a/timeline?until=1", "until"],
    ["/api/dogs/a/events?from=x", "from"],
    ["/api/dogs/a/events?from=5&to=4", "to"],
    ["/api/fleet/outages.csv?reason=bored", "reason"],
    ["/api/fleet/outages.csv?limit=5", "limit"],
    ["/api/fleet/events.json?from=5&to=4", "to"],
    ["/api/dogs/a/events.csv?sn=b", "sn"],
    ["/api/fleet/summary?at=now", "at"],
    ["/api/fleet/summary?at=99999999999999", "at"],
    ["/api/reconnection/active?at=99999999999999", "at"],
    ["/api/reconnection/active.csv?at=99999999999999", "at"],
    ["/api/dogs?at=99999999999999", "at"],
  ])("G152: %s is a 400 that names %s", async (url, field) => {
    const w = await api();
    w.dogs.login("a");
    const answer = await get(w, url);
    expect(answer.statusCode).toBe(400);
    expect(problem.parse(answer.json()).errors?.map((error) => error.field)).toEqual([field]);
    expect(w.history.asked).toEqual([]);
  });
});

describe("the fleet as it was", () => {
  it("G153: lists and summary answer `at` from the past, with and without the filter", async () => {
    const w = await api();
    w.clock.advance(DAY_MS);
    const at = w.clock.now() - 3_600_000;
    const page = await get(w, `/api/reconnection/active?at=${iso(at)}&state=gave_up&limit=5`);
    expect(page.json()).toMatchObject({ as_of: iso(at), items: [] });
    expect(w.history.asked.at(-1)).toMatchObject([
      "pageAt",
      { at, scope: "active", query: { state: ["gave_up"], limit: 5 } },
    ]);
    expect(w.history.asked.at(-1)?.[1]).not.toHaveProperty("query.at");
    await w.call("POST", "/api/reconnection/active", { at: String(at), q: "x" });
    expect(w.history.asked.at(-1)).toMatchObject(["pageAt", { at, scope: "active", query: { q: "x" } }]);
    await get(w, `/api/dogs?at=${at}`);
    expect(w.history.asked.at(-1)).toMatchObject(["pageAt", { at, scope: "all" }]);
    await get(w, `/api/fleet/summary?at=${at}`);
    expect(w.history.asked.at(-1)).toEqual(["summaryAt", at]);
    const before = w.history.asked.length;
    for (const url of ["/api/fleet/summary", "/api/dogs", "/api/reconnection/active"]) await get(w, url);
    expect(w.history.asked).toHaveLength(before);
  });

  it("G153: the CSV of the past pages through all of it", async () => {
    const w = await api();
    for (const sn of ["a", "b"]) w.dogs.login(sn);
    for (const sn of ["a", "b"]) w.dogs.drop(sn);
    const at = w.clock.now();
    const [a, b] = w.page().items;
    if (!a || !b) throw new Error("two dogs are out");
    const one = { total: 2, as_of: iso(at), by_state: {} };
    w.history.pages = [
      { ...one, items: [a], next_cursor: "1" },
      { ...one, items: [b], next_cursor: null },
    ];
    const { body } = await get(w, `/api/reconnection/active.csv?at=${at}&sort=sn`);
    const lines = body.trim().split("\r\n");
    expect(lines.slice(1).map((line) => line.split(",")[0])).toEqual(["a", "b"]);
    expect(w.history.asked.map(([, asked]) => asked)).toMatchObject([
      { query: { limit: 1_000, sort: "sn" } },
      { query: { cursor: "1" } },
    ]);
  });

  it("G153: before the horizon is 410 with the earliest instant there is", async () => {
    const w = await api();
    const earliest = w.clock.now();
    w.clock.advance(DAY_MS);
    w.history.failure = new AppError("before_horizon", "history begins later", { earliest });
    for (const url of ["/api/fleet/summary", "/api/dogs", "/api/reconnection/active", "/api/reconnection/active.csv"]) {
      const answer = await get(w, `${url}?at=${earliest - 1}`);
      expect([answer.statusCode, problem.parse(answer.json())]).toMatchObject([
        410,
        { code: "before_horizon", earliest: iso(earliest) },
      ]);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
      expect(answer.headers).not.toHaveProperty("content-disposition");
    }
    w.history.failure = undefined;
    w.history.horizon = earliest;
    expect((await get(w, "/api/fleet/horizon")).json()).toEqual({
      earliest: iso(earliest),
      latest: iso(w.clock.now()),
    });
    w.history.horizon = null;
    expect((await get(w, "/api/fleet/horizon")).json()).toMatchObject({ earliest: null });
  });

  it.each([
    ["/api/reconnection/force", { client_id: "a", at: "1" }, "at"],
    ["/api/reconnection/force", { filter: { at: "1" }, expected: 0 }, "filter.at"],
    ["/api/reconnection/cleanup", { at: "1" }, "at"],
    ["/api/dogs/a/retire", { at: "1" }, "at"],
  ])("G154: %s never takes `at`: %j", async (url, body, field) => {
    const w = await api();
    w.dogs.login("a");
    const answer = await w.call("POST", url, body);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { errors: [{ field }] }]);
    expect(w.dogs.closed).toEqual([]);
  });

  it.each([
    ["POST", "/api/reconnection/force", { client_id: "a" }],
    ["DELETE", "/api/reconnection/force?batch=b", undefined],
    ["POST", "/api/reconnection/cleanup", {}],
    ["POST", "/api/reconnection/active", {}],
    ["POST", "/api/reconnection/status", { client_id: "a" }],
    ["POST", "/api/dogs/a/retire", {}],
    ["GET", "/api/dogs/a", undefined],
    ["GET", "/api/dogs/a/events", undefined],
    ["GET", "/api/fleet/events", undefined],
    ["GET", "/api/policy", undefined],
  ] as const)("G154: %s %s refuses an `at` in its query: what it says or does is of now", async (method, url, body) => {
    const w = await api();
    w.dogs.login("a");
    const answer = await w.call(method, `${url}${url.includes("?") ? "&" : "?"}at=1`, body);
    expect([answer.statusCode, answer.json()]).toMatchObject([400, { errors: [{ field: "at" }] }]);
    expect(w.dogs.closed).toEqual([]);
  });
});

describe("dogs in a window", () => {
  it("G155: the least stable come with what they are now; a window beyond two days begins with a whole one", async () => {
    const w = await api();
    w.dogs.login("a");
    w.clock.advance(5 * DAY_MS);
    const now = w.clock.now();
    const week = leastStable.parse((await get(w, "/api/fleet/least-stable?window=7d&limit=3")).json());
    expect(week.items).toMatchObject([
      { client_id: "a", outages: 3, state: expect.any(String), site: "plant-a" },
      { client_id: "gone", state: null, site: null },
    ]);
    expect(w.history.asked.at(-1)).toEqual([
      "leastStable",
      { from: Math.floor((now - 7 * DAY_MS) / DAY_MS) * DAY_MS, to: now, limit: 3 },
    ]);
    expect(week.from).toBe(iso(Math.floor((now - 7 * DAY_MS) / DAY_MS) * DAY_MS));
    await get(w, "/api/fleet/least-stable?window=24h");
    expect(w.history.asked.at(-1)).toMatchObject(["leastStable", { to: now, limit: 10 }]);
  });

  it("G155: identical questions share one answer for a while; a timeline none after the dog's next event", async () => {
    const w = await api();
    w.dogs.login("a");
    w.clock.advance(60_000);
    const asked = async (url: string) => {
      const before = w.history.asked.length;
      expect((await get(w, url)).statusCode).toBe(200);
      return w.history.asked.length - before;
    };
    const least = "/api/fleet/least-stable?window=24h";
    const month = `/api/dogs/a/timeline?from=${w.clock.now() - 2 * DAY_MS}`;
    expect([await asked(least), await asked(month), await asked("/api/dogs/a/timeline")]).toEqual([1, 1, 1]);
    w.clock.advance(999);
    expect([await asked(least), await asked(month), await asked("/api/dogs/a/timeline")]).toEqual([0, 0, 0]);
    w.clock.advance(1);
    expect([await asked(least), await asked(month), await asked("/api/dogs/a/timeline")]).toEqual([0, 0, 1]);
    w.dogs.drop("a");
    expect([await asked(least), await asked(month)]).toEqual([0, 1]);
    w.clock.advance(4_000);
    expect([await asked(least), await asked(month)]).toEqual([1, 0]);
  });

  it("G155: the last day of a long window is told as far as it has been", async () => {
    const w = await api();
    const day = Math.floor(w.clock.now() / DAY_MS) * DAY_MS;
    const hour = DAY_MS / 24;
    const url = `/api/fleet/least-stable?from=${day - 9 * DAY_MS + hour}&to=${day - 5 * DAY_MS + hour}`;
    const told = leastStable.parse((await get(w, url)).json());
    expect(told).toMatchObject({ from: iso(day - 9 * DAY_MS), to: iso(day - 4 * DAY_MS) });
    expect(w.history.asked.at(-1)).toMatchObject(["leastStable", { from: day - 9 * DAY_MS, to: day - 4 * DAY_MS }]);
  });

  it("G155: a timeline covers the last day unless told, at most 31; a dog not known then is 404", async () => {
    const w = await api();
    w.clock.advance(60 * DAY_MS);
    const now = w.clock.now();
    const told = dogTimeline.parse((await get(w, "/api/dogs/a/timeline")).json());
    expect(told).toMatchObject({ as_of: iso(now), timeline: { from: iso(now - DAY_MS), to: iso(now) } });
    const to = now - 3 * DAY_MS;
    await get(w, `/api/dogs/a/timeline?from=${to - 31 * DAY_MS}&to=${to}`);
    expect(w.history.asked.at(-1)).toEqual(["timeline", { sn: "a", from: to - 31 * DAY_MS, to }]);
    expect((await get(w, `/api/dogs/a/timeline?from=${to - 31 * DAY_MS}`)).statusCode).toBe(400);
    expect((await get(w, "/api/dogs/nobody/timeline")).statusCode).toBe(404);
  });

  it("G155: a dog's own log is read in a window, and pages on in it", async () => {
    const w = await api();
    const at: number[] = [];
    for (let i = 0; i < 4; i++) {
      w.dogs.login("a");
      at.push(w.clock.now());
      w.clock.advance(50_000);
      w.dogs.drop("a");
      w.clock.advance(50_000);
    }
    const window = `from=${at[1]}&to=${at[3]}`;
    type Page = { items: { at: string; type: string }[]; next_before: string | null };
    const all = (await get(w, `/api/dogs/a/events?${window}`)).json<Page>();
    expect(all.items.map(({ type }) => type)).toEqual([
      "dog.disconnected",
      "dog.connected",
      "dog.disconnected",
      "dog.connected",
    ]);
    const first = (await get(w, `/api/dogs/a/events?${window}&limit=3`)).json<Page>();
    const rest = (await get(w, `/api/dogs/a/events?${window}&limit=3&before=${first.next_before}`)).json<Page>();
    expect([...first.items, ...rest.items].map((event) => event.at)).toEqual(all.items.map((event) => event.at));
    expect(rest.next_before).toBeNull();
  });
});

describe("exports", () => {
  it("G156: JSON is one valid array, CSV has a header and no formula, whatever the pages; filters are passed on", async () => {
    const w = await api();
    const at = w.clock.now();
    w.history.outagePages = [
      [],
      [outageRecordOf("a", at, { firmware: "=1+1" }), outageRecordOf("b", at, { ended_at: null, outcome: null })],
      [],
      [outageRecordOf("c", at, { site: 'x,"y"' })],
    ];
    const json = await get(w, `/api/fleet/outages.json?from=${at}&to=${at + 1}&sn=a&reason=peer_reset`);
    expect(json.json<{ client_id: string }[]>().map((row) => row.client_id)).toEqual(["a", "b", "c"]);
    expect(json.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'attachment; filename="leash-outages.json"',
      "leash-version": "0.1.0",
    });
    expect(w.history.asked.at(-1)).toEqual(["outages", { from: at, to: at + 1, sn: "a", reason: "peer_reset" }]);
    const csv = await get(w, "/api/fleet/outages.csv");
    expect(w.history.asked.at(-1)).toEqual(["outages", {}]);
    const lines = csv.body.split("\r\n");
    expect(lines[0]).toMatch(/^\uFEFFclient_id,since,detected_at,reason_code,/);
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(",'=1+1,");
    expect(lines[3]).toContain('"x,""y"""');
    w.history.outagePages = [];
    expect((await get(w, "/api/fleet/outages.json")).json()).toEqual([]);
    expect((await get(w, "/api/fleet/outages.csv")).body.split("\r\n")).toHaveLength(2);
    expect(w.history.open).toBe(0);
  });

  it("G156: events hold what they themselves say, nothing of what the dog is today, and are narrowed to a reason", async () => {
    const w = await api();
    for (const sn of ["a", "b"]) w.dogs.login(sn);
    w.dogs.drop("a");
    const feed = await w.readModel.feed({ limit: 10 });
    const nowhere = { site: null, network: null, gateway: null, app_id: null };
    const told = feed.items.map((event) => (event.type === "dog.connected" ? event : { ...event, ...nowhere }));
    w.history.eventPages = [told];
    expect((await get(w, "/api/fleet/events.json")).json()).toEqual(told);
    expect(told.find(({ type }) => type === "dog.connected")).toMatchObject({ site: "plant-a" });
    const drops = (await get(w, "/api/fleet/events.json?reason=peer_reset&sn=a")).json();
    expect(drops).toMatchObject([{ client_id: "a", type: "dog.disconnected" }]);
    expect(w.history.asked.at(-1)).toEqual(["events", { sn: "a" }]);
    const own = await get(w, "/api/dogs/a/events.csv?from=1");
    expect(w.history.asked.at(-1)).toEqual(["events", { sn: "a", from: 1 }]);
    expect(own.headers["content-disposition"]).toContain("leash-a-events.csv");
    expect((await get(w, "/api/dogs/nobody/events.csv")).statusCode).toBe(404);
  });
});
