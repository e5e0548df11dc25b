import { once } from "node:events";
import { setTimeout as pass } from "node:timers/promises";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { type GatewayRig, RIG_TOKEN } from "./gateway-rig.ts";

const DOGS = 200;
/** What a gateway that counted its own absence would use to close them all. */
const AFTERWARDS_MS = 2_500;

/** Stops the gateway for `stoppedMs` right after a ping to 200 healthy dogs: none may be closed, none called silent. */
export async function freezeGateway(
  rig: GatewayRig,
  env: Readonly<Record<string, string>>,
  stoppedMs: number,
): Promise<void> {
  const { child } = await rig.start(env);
  const dogs = await rig.fleet("D", DOGS);
  // The last of the pings that follow each login; where pings are frequent, one more, to be in the midst of them.
  if ("APP_PINT_TIME" in env) {
    const watch = new WebSocket(`${rig.wsUrl}?token=${RIG_TOKEN}`);
    rig.defer(() => watch.terminate());
    await once(watch, "ping");
  }
  const late = await rig.metric("leash_late_ticks_total");
  child.kill("SIGSTOP");
  await pass(stoppedMs);
  child.kill("SIGCONT");
  await pass(AFTERWARDS_MS);
  expect(dogs.flatMap((dog) => dog.closes)).toEqual([]);
  expect(dogs.map((dog) => dog.dials)).toEqual(dogs.map(() => 1));
  expect(await rig.metric("leash_late_ticks_total")).toBeGreaterThan(late);
  expect(await rig.metric('leash_events_total{type="dog.silent"}')).toBe(0);
  expect(await rig.metric('leash_events_total{type="dog.disconnected"}')).toBe(0);
  expect(await rig.metric('leash_size{of="sessions"}')).toBe(DOGS);
}
