import { afterEach, beforeEach, expect, it } from "vitest";
import { createCertificate } from "#dog/testing/certificate.ts";
import { ChaosProxy } from "#dog/testing/chaos-proxy.ts";
import { startTlsFront, type TlsFront } from "#dog/testing/tls-front.ts";
import { WatchedDog } from "#dog/testing/watched-dog.ts";
import { GatewayRig, RIG_TOKEN, until } from "#server/testing/gateway-rig.ts";

const root = { commonName: "Leash test root", ...createCertificate({ commonName: "Leash test root" }) };
const certificate = createCertificate({ commonName: "gw", names: ["127.0.0.1"], issuer: root });
const SCHEDULE = {
  firstDelayMs: [0, 50],
  baseDelayMs: 50,
  maxDelayMs: 200,
  jitter: 0.5,
  dialTimeoutMs: 3_000,
} as const;
/** Only waited for, however busy the machine: what is tested is whom the dog trusts. */
const COMES_WITHIN_MS = 15_000;

let rig: GatewayRig;
let front: TlsFront;
let proxy: ChaosProxy;
let dog: WatchedDog;

beforeEach(async () => {
  rig = await GatewayRig.create();
  await rig.start();
  front = await startTlsFront({ target: targetOf(rig.url), certificate });
  proxy = await ChaosProxy.start({ target: { host: "127.0.0.1", port: front.port } });
  dog = new WatchedDog({
    url: proxy.url("wss", "/ws"),
    appId: "app",
    token: RIG_TOKEN,
    sn: "D0",
    schedule: SCHEDULE,
    tls: { ca: root.cert },
  });
  await dog.client.start();
});

afterEach(async () => {
  await dog.client.stop();
  await proxy.close();
  await front.close();
  await rig.close();
});

const targetOf = (url: string) => ({ host: "127.0.0.1", port: Number(new URL(url).port) });

it.each([
  { answer: "garbage", error: /SSL|wrong version/i },
  { answer: "wrong_certificate", error: /self.signed|certificate/i },
] as const)(
  "D97: TLS that answers $answer is dialed again, never trusted and never left for plain ws",
  async ({ answer, error }) => {
    const { remove } = await proxy.add({ type: "tls", answer });
    const handshakes = front.names.length;
    proxy.cut("reset");
    await until("three dials failed", COMES_WITHIN_MS, () => dog.all("retrying").length >= 4);
    expect(JSON.stringify(dog.all("error"))).toMatch(error);
    expect([proxy.wronglyTrusted, front.names.length, dog.isUp]).toEqual([0, handshakes, false]);
    await remove();
    await until("the dog is back", COMES_WITHIN_MS, () => dog.isUp);
    expect(dog.all("connected")[1]?.outage?.dials).toBeGreaterThanOrEqual(4);
    expect(new Set(dog.all("connecting").map(({ server }) => server))).toEqual(new Set([proxy.url("wss", "/ws")]));
  },
);

it.each([
  { what: "of another authority", certificate: createCertificate({ commonName: "gw", names: ["127.0.0.1"] }) },
  { what: "for another name", certificate: createCertificate({ commonName: "gw", names: ["gw.test"], issuer: root }) },
])("D97: a certificate $what is refused at every dial", async ({ certificate: wrong }) => {
  const other = await startTlsFront({ target: targetOf(rig.url), certificate: wrong });
  const fooled = new WatchedDog({
    url: `wss://127.0.0.1:${other.port}/ws`,
    appId: "app",
    token: RIG_TOKEN,
    sn: "D1",
    schedule: SCHEDULE,
    tls: { ca: root.cert },
  });
  const started = fooled.client.start().catch(() => "stopped");
  await until("three dials failed", COMES_WITHIN_MS, () => fooled.all("retrying").length >= 3);
  expect(fooled.isUp).toBe(false);
  await fooled.client.stop();
  expect(await started).toBe("stopped");
  await other.close();
});
