import { expect, it } from "vitest";
import { gatewayPush } from "#lib/protocol/messages.ts";
import { PUSHED_POLICY, SEED_POLICY } from "#lib/reconnection/schedule.ts";
import { GatewayDesk, type MemoryDog } from "#server/testing/gateway-desk.ts";

const LEASH = { client: "leash-dog/1.0" };
const pushesTo = (dog: MemoryDog) =>
  dog.texts.filter((text) => text.includes("galbot_push")).map((text) => gatewayPush.parse(JSON.parse(text)).args);

it("P16: a changed policy is pushed to connected dogs that understand it, and to no other", async () => {
  const desk = new GatewayDesk({
    policies: () => ({ pushed: { ...PUSHED_POLICY, maxRetries: 4 }, assumed: SEED_POLICY }),
  });
  const ours = await desk.enter("D1", LEASH);
  const seeds = await desk.enter("D2");
  const gone = await desk.enter("D3", LEASH);
  gone.die();
  desk.gateway.pushPolicy();
  expect(pushesTo(ours)).toEqual([{ max_retries: 4, base_delay_ms: 1_000, max_delay_ms: 30_000 }]);
  expect([pushesTo(seeds), pushesTo(gone)]).toEqual([[], []]);
});

it("P16: a large fleet is told in steps, and a newer policy takes the place of the older", async () => {
  let maxRetries = 5;
  const desk = new GatewayDesk({
    policies: () => ({ pushed: { ...PUSHED_POLICY, maxRetries }, assumed: SEED_POLICY }),
  });
  const dogs: MemoryDog[] = [];
  for (let n = 0; n < 150; n++) dogs.push(await desk.enter(`D${n}`, LEASH));
  const told = () => dogs.flatMap(pushesTo).map((args) => args.max_retries);
  desk.gateway.pushPolicy();
  expect(told()).toEqual(Array(100).fill(5));
  maxRetries = 6;
  desk.gateway.pushPolicy();
  desk.clock.advance(1_000);
  expect(dogs.map((dog) => pushesTo(dog).at(-1)?.max_retries)).toEqual(Array(150).fill(6));
  expect(told().length).toBe(250);
});
