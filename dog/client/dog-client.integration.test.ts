import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";
import type { ClientEvents } from "./client-events.ts";
import { DogClient } from "./dog-client.ts";

const SN = "GB-J1-0001";
const SCHEDULE = { maxRetries: 200, baseDelayMs: 200, maxDelayMs: 1_000, firstDelayMs: [50, 300] as const };

let rig: GatewayRig;
let dog: DogClient;
let connected: ClientEvents["connected"][];

beforeEach(async () => {
  rig = await GatewayRig.create();
  await rig.start();
  connected = [];
  dog = new DogClient({
    url: rig.wsUrl,
    appId: "galbot-patrol",
    token: RIG_TOKEN,
    sn: SN,
    network: "ethernet",
    firmware: "2.8.1",
    labels: { site: "Ningbo yard" },
    schedule: SCHEDULE,
    heartbeatMs: 1_000,
  });
  dog.on("connected", (event) => connected.push(event));
});
afterEach(async () => {
  await dog.stop();
  await rig.close();
});

it("D48: signs in to the real gateway with all it has to say, beats, is answered, and says goodbye", async () => {
  await dog.start();
  expect(await dog.send("/api/heartbeat")).toMatchObject({ result: true, code: 0 });
  await expect(dog.send("/api/dance")).rejects.toMatchObject({ code: "refused", response: { code: 404 } });
  const { body } = await rig.api(`/api/dogs/${SN}`);
  expect(body).toMatchObject({
    row: {
      state: "connected",
      network: "ethernet",
      firmware: "2.8.1",
      site: "Ningbo yard",
      schedule_source: "reported",
    },
    schedule: {
      source: "reported",
      kind: "leash",
      max_retries: 200,
      base_delay_ms: 200,
      max_delay_ms: 1_000,
      first_delay_ms: [50, 300],
      jitter: 0.5,
      dial_timeout_ms: 10_000,
      probe_ms: 300_000,
    },
  });
  const before = performance.now();
  await dog.stop();
  // Unanswered it would take the two seconds of a close.
  expect(performance.now() - before).toBeLessThan(1_800);
  await until("the goodbye is seen", 10_000, async () => (await rig.dogOf(SN)).state === "offline");
});

it("D48: a forced reconnect is answered within a second or so, and its ticket says so", async () => {
  await dog.start();
  const { status } = await rig.api("/api/reconnection/force", { client_id: SN });
  expect(status).toBe(202);
  await until("the dog is back", 5_000, () => connected.length === 2);
  await until("the ticket is authenticated", 10_000, async () => {
    const { ticket } = (await rig.dogOf(SN)) as { ticket?: { status?: string } };
    return ticket?.status === "authenticated" || ticket?.status === "stable";
  });
  expect(connected[1]?.outage).toMatchObject({ dials: 1 });
  expect(connected[1]?.outage?.durationMs).toBeLessThan(2_500);
});

it("D48: a gateway killed and started anew has the dog back, and its outage as the dog reported it", async () => {
  await dog.start();
  const port = new URL(rig.url).port;
  const kept = dog.send("/api/heartbeat", {}, { keep: true });
  await kept;
  rig.gateway?.child.kill("SIGKILL");
  await rig.gateway?.ended;
  await until("the dog notices", 5_000, () => !dog.getStatus().connected);
  const later = dog.send("/api/heartbeat", {}, { keep: true });
  await until("some dials fail", 10_000, () => (dog.getStatus().outage?.dials ?? 0) >= 2);
  await rig.start({ GATEWAY_PORT: port });
  await until("the dog is back", 10_000, () => connected.length === 2);
  expect(await later).toMatchObject({ result: true });
  const { outage } = connected[1] ?? {};
  expect(outage?.dials).toBeGreaterThan(2);
  const row = await rig.dogOf(SN);
  expect(row).toMatchObject({ state: "settling", dials: outage?.dials, estimated: false, schedule_source: "reported" });
  const reports = rig
    .stored()
    .flatMap((event) => (event.type === "dog.connected" && event.outage ? [event.outage] : []));
  expect(reports).toEqual([
    expect.objectContaining({ id: outage?.id, dials: outage?.dials, durationMs: outage?.durationMs, serversTried: 1 }),
  ]);
  expect(reports[0]?.delaysMs).toHaveLength(Math.min(32, outage?.dials ?? 0));
}, 60_000);
