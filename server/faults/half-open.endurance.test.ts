import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { GatewayRig, until } from "#server/testing/gateway-rig.ts";
import { createNetworkNamespace, mayMakeNamespaces } from "#server/testing/network-namespace.ts";
import { type SeedFleetProcess, serials } from "#server/testing/seed-fleet-process.ts";

const PROXY = fileURLToPath(new URL("../testing/frozen-proxy-main.ts", import.meta.url));
/** The defaults (30, 45 and 75 s) at a tenth. */
const TENTH = { APP_PINT_TIME: "3s", SILENT_AFTER: "4500ms", APP_PING_READ_TIMEOUT: "7500ms" };
const [SILENT_MS, CLOSED_MS, TICK_MS] = [4_500, 7_500, 1_000];
const [CUT, OTHERS] = [20, 180];

let rig: GatewayRig;
beforeEach(async () => {
  rig = await GatewayRig.create();
});
afterEach(() => rig.close());

/** 200 dogs, the first 20 of which can be cut off from the gateway without either end being told. */
interface Line {
  readonly cut: SeedFleetProcess;
  readonly others: SeedFleetProcess;
  cutOff(): void;
}

/** `HALF_OPEN_BY=proxy` tries the second means where the first is permitted. */
const BY_NETWORK = process.env.HALF_OPEN_BY !== "proxy" && mayMakeNamespaces();
const MEANS = BY_NETWORK ? "the network swallows their packets" : "their proxy stands still: no namespace here";

async function layLine(): Promise<Line> {
  const [sns, rest] = [serials("CUT", CUT), serials("FINE", OTHERS)];
  if (BY_NETWORK) {
    const namespace = createNetworkNamespace();
    rig.defer(namespace.remove);
    await rig.start({ ...TENTH, HOST: namespace.near });
    const [fine, lost] = namespace.inside;
    return {
      cut: rig.fleetProcess({ sns, localAddress: lost }, namespace.launcher),
      others: rig.fleetProcess({ sns: rest, localAddress: fine }, namespace.launcher),
      cutOff: () => namespace.swallow(lost),
    };
  }
  await rig.start(TENTH);
  const proxy = spawn(process.execPath, [PROXY, new URL(rig.url).port], { stdio: ["ignore", "pipe", "inherit"] });
  rig.defer(() => proxy.kill("SIGKILL"));
  const [port] = await once(proxy.stdout, "data");
  return {
    cut: rig.fleetProcess({ sns, url: `ws://127.0.0.1:${String(port).trim()}/ws` }),
    others: rig.fleetProcess({ sns: rest }),
    cutOff: () => void proxy.kill("SIGSTOP"),
  };
}

it(`G5: half-open TCP, 20 of 200 dogs (${MEANS}): silent, then closed 4100, each within a tick; the others untouched`, async () => {
  const line = await layLine();
  await Promise.all([line.cut.arrived, line.others.arrived]);
  // A ping or two have gone round: the cut comes somewhere between two of them.
  await pass(1_000);
  const cutAt = Date.now();
  line.cutOff();
  const over = 'leash_closes_total{code="4100"}';
  await until("20 closed", CLOSED_MS + 5_000, async () => (await rig.metric(over)) >= CUT);
  await until("20 sockets freed", 5_000, async () => (await rig.metric('leash_size{of="connections"}')) === OTHERS);

  const events = rig.stored();
  const of = <T extends FleetEvent["type"]>(type: T) =>
    events.filter((event): event is Extract<FleetEvent, { type: T }> => event.type === type);
  const [silent, gone] = [of("dog.silent"), of("dog.disconnected")];
  const cut = new Set(serials("CUT", CUT));
  expect(new Set(silent.map(({ sn }) => sn))).toEqual(cut);
  expect(new Set(gone.map(({ sn }) => sn))).toEqual(cut);
  expect([silent.length, gone.length]).toEqual([CUT, CUT]);
  for (const { at, lastHeardAt } of silent) {
    expect(at - lastHeardAt).toBeGreaterThanOrEqual(SILENT_MS);
    expect(at - lastHeardAt).toBeLessThanOrEqual(SILENT_MS + TICK_MS);
    expect(at - cutAt).toBeLessThanOrEqual(SILENT_MS + TICK_MS);
  }
  for (const { at, lastHeardAt, ...end } of gone) {
    expect(end).toMatchObject({ reason: "network_timeout", closeCode: 4100, initiator: "gateway" });
    expect(at - lastHeardAt).toBeGreaterThanOrEqual(CLOSED_MS);
    expect(at - lastHeardAt).toBeLessThanOrEqual(CLOSED_MS + TICK_MS);
  }
  expect(await line.others.report()).toMatchObject({ open: OTHERS, dials: OTHERS, closes: {} });
  // The dogs behind the cut were told nothing: the seed's client would wait for ever.
  if (BY_NETWORK) expect(await line.cut.report()).toMatchObject({ open: CUT, dials: CUT, closes: {} });
});
