import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { z } from "zod";
import { dogTimeline } from "#lib/contracts/dogs.ts";
import {
  feedEvent,
  fleetStats,
  fleetSummary,
  historyHorizon,
  leastStable,
  outageRecord,
} from "#lib/contracts/fleet.ts";
import { dogPage } from "#lib/contracts/reconnection.ts";
import { problem } from "#lib/contracts/shared.ts";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { SCRATCH } from "#server/testing/scratch.ts";

const TOKEN = "shared-dog-token-4711";

let dir = "";
let url = "";
let gateway: GatewayProcess;
const dogs: RawDog[] = [];

/** A dog is stable a second after its login. */
async function start(): Promise<void> {
  gateway = startGatewayProcess({ DATA_DIR: dir, DOG_SHARED_TOKEN: TOKEN, STABLE_AFTER: "1s" });
  url = await gateway.listening;
}
beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-history-api-"));
  await start();
});
afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  await rm(dir, { recursive: true });
});

async function dial(sn: string, site: string): Promise<RawDog> {
  const dog = await new RawDog(Number(new URL(url).port)).open(`/ws?token=${TOKEN}`);
  dogs.push(dog);
  return dog.login(sn, TOKEN, { labels: { site }, network: "wifi" });
}
const text = async (path: string) => (await fetch(`${url}${path}`)).text();
async function get<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> {
  return schema.parse(JSON.parse(await text(path)));
}
const stats = () => get(fleetStats, "/api/fleet/stats?window=15m&by=site");

it("G151: over real sockets an outage is in statistics, timeline, exports, lists of the past, and after a kill still", async () => {
  const a = await dial("dog-a", "north");
  await dial("dog-b", "south");
  const { as_of: calm } = await get(fleetSummary, "/api/fleet/summary");
  await expect.poll(async () => (await get(fleetSummary, "/api/fleet/summary")).as_of > calm).toBe(true);
  a.stop();
  await expect.poll(async () => (await get(dogPage, "/api/reconnection/active")).total).toBe(1);
  await dial("dog-a", "north");
  const recovered = { outages: 1, decided: 1, recovered: 1, open: 0, success_rate: 1 };
  await expect.poll(async () => (await stats()).metrics, { timeout: 15_000 }).toMatchObject(recovered);
  const told = await stats();
  expect(told.groups).toMatchObject([
    { key: "north", metrics: recovered },
    { key: "south", metrics: { outages: 0 } },
  ]);
  expect(told.reasons.flatMap(({ counts }) => Object.values(counts))).toEqual([1]);
  expect(told.heat).toMatchObject([{ count: 1 }]);
  const watchedMs = Date.parse(told.to) - Date.parse(told.from) - told.unknown_ms;
  expect(watchedMs > 1_000 && watchedMs < 60_000).toBe(true);

  const { timeline, outages } = await get(dogTimeline, "/api/dogs/dog-a/timeline");
  expect(timeline.spans.at(-1)?.state).toMatch(/connected|settling/);
  expect(outages).toMatchObject([{ client_id: "dog-a", outcome: "recovered", site: "north" }]);
  expect((await get(leastStable, "/api/fleet/least-stable?window=1h")).items).toMatchObject([
    { client_id: "dog-a", outages: 1, recovered: 1, site: "north" },
  ]);
  expect(await get(outageRecord.array(), "/api/fleet/outages.json?sn=dog-a")).toEqual(outages);
  expect(await get(outageRecord.array(), "/api/fleet/outages.json?sn=dog-b")).toEqual([]);
  const events = await get(feedEvent.array(), "/api/dogs/dog-a/events.json");
  expect(events.map(({ type }) => type)).toEqual(["dog.connected", "dog.disconnected", "dog.connected", "dog.stable"]);
  expect(events[2]).toMatchObject({ site: "north", dials: expect.any(Number), outage_ms: expect.any(Number) });
  expect((await text("/api/fleet/events.csv")).trim().split("\r\n")).toHaveLength(events.length + 3);

  const { earliest } = await get(historyHorizon, "/api/fleet/horizon");
  expect(earliest !== null && earliest < calm).toBe(true);
  expect(await get(fleetSummary, `/api/fleet/summary?at=${calm}`)).toMatchObject({
    as_of: calm,
    connected: 2,
    known: 2,
  });
  expect(await get(dogPage, `/api/reconnection/active?at=${calm}`)).toMatchObject({ total: 0 });
  const gone = await fetch(`${url}/api/fleet/summary?at=1000`);
  expect([gone.status, problem.parse(await gone.json())]).toMatchObject([410, { code: "before_horizon", earliest }]);

  gateway.child.kill("SIGKILL");
  await gateway.ended;
  for (const dog of dogs.splice(0)) dog.stop();
  await start();
  await expect
    .poll(async () => (await stats()).metrics, { timeout: 15_000 })
    .toMatchObject({ outages: 3, recovered: 1 });
  expect((await get(outageRecord.array(), "/api/fleet/outages.json")).map(({ reason_code }) => reason_code)).toEqual([
    expect.any(String),
    "gateway_lost",
    "gateway_lost",
  ]);
  expect((await stats()).marks).toMatchObject([{ kind: "gateway_down", dogs: 2 }]);
});
