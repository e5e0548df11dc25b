import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { freezeGateway } from "#server/testing/freeze-gateway.ts";
import { GatewayRig, until } from "#server/testing/gateway-rig.ts";

/** The defaults (30, 45 and 75 s) at a tenth. */
const TENTH = { APP_PINT_TIME: "3s", SILENT_AFTER: "4500ms", APP_PING_READ_TIMEOUT: "7500ms" };
/** At a fiftieth: a stop of 4 s is as long as two and a half of these timeouts. */
const SHORT = { APP_PINT_TIME: "600ms", SILENT_AFTER: "900ms", APP_PING_READ_TIMEOUT: "1500ms", STABLE_AFTER: "500ms" };

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

it("G6: a gateway stopped for 4 s right after a ping, longer than its timeouts, kills none of 200 healthy dogs", async () => {
  await freezeGateway(rig, SHORT, 4_000);
});

it("G6: a frozen dog is silent and then gone within the bound; continued, it is back; its neighbour is untouched", async () => {
  await rig.start(SHORT);
  const frozen = rig.fleetProcess({ sns: ["FROZEN"], baseDelayMs: 100 });
  await frozen.arrived;
  const [neighbour] = await rig.fleet("FINE", 1);
  const becomes = (state: string) => until(state, 5_000, async () => (await rig.dogOf("FROZEN")).state === state);
  await pass(1_000);
  frozen.child.kill("SIGSTOP");
  // 900 ms without a frame, of which up to 600 ms may have passed; the rest is for a busy machine.
  expect(await becomes("silent")).toBeLessThan(1_900);
  expect(await becomes("reconnecting")).toBeLessThan(1_600);
  expect(await rig.dogOf("FROZEN")).toMatchObject({ reason_code: "network_timeout" });
  frozen.child.kill("SIGCONT");
  await becomes("connected");
  expect(neighbour?.closes).toEqual([]);
});

it("G6: a gateway stopped for 20 s, longer than every timeout, kills none of 200 healthy dogs", async () => {
  await freezeGateway(rig, TENTH, 20_000);
});

it("G6: a gateway with the default timeouts stopped for 4 s right after a ping kills none of 200 healthy dogs", async () => {
  await freezeGateway(rig, {}, 4_000);
});
