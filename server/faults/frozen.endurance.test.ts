import { afterEach, beforeEach, it } from "vitest";
import { freezeGateway } from "#server/testing/freeze-gateway.ts";
import { GatewayRig } from "#server/testing/gateway-rig.ts";

/** The defaults (30, 45 and 75 s) at a tenth. */
const TENTH = { APP_PINT_TIME: "3s", SILENT_AFTER: "4500ms", APP_PING_READ_TIMEOUT: "7500ms" };

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

it("G6: a gateway stopped for 20 s, longer than every timeout, kills none of 200 healthy dogs", async () => {
  await freezeGateway(rig, TENTH, 20_000);
});

it("G6: a gateway with the default timeouts stopped for 4 s right after a ping kills none of 200 healthy dogs", async () => {
  await freezeGateway(rig, {}, 4_000);
});
