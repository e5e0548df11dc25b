import { setTimeout as pass } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { watchStalls } from "#server/testing/stalls.ts";

const LOGIN_TIMEOUT_MS = 10_000;
const TICK_MS = 1_000;
/** Our close waits this long for the peer's, then the pipe is destroyed. */
const CLOSE_TIMEOUT_MS = 2_000;
/** Timers and reads of a busy machine, beside what this process stood still. */
const SLACK_MS = 1_000;
/** What is only waited for: its rule bounds something else. */
const COMES_WITHIN_MS = 15_000;

/** A gateway each: the three wait most of their time. */
const started: Attack[] = [];

afterAll(async () => {
  for (const { gateway, dogs } of started.splice(0)) {
    for (const dog of dogs) dog.stop();
    await gateway.stop();
  }
});

interface Attack {
  readonly gateway: AttackedGateway;
  readonly dogs: RawDog[];
}

async function start(): Promise<Attack> {
  const attack = { gateway: await startAttackedGateway(), dogs: [] };
  started.push(attack);
  return attack;
}

/** Upgrades without a credential and slower than admission allows; none of them ever answers a close. */
async function open(
  { gateway, dogs }: Attack,
  count: number,
  onOpen: (dog: RawDog, index: number) => void = () => {},
): Promise<void> {
  for (let index = 0; index < count; index += 50) {
    const batch = Array.from({ length: Math.min(50, count - index) }, () => new RawDog(gateway.port));
    dogs.push(...batch);
    await Promise.all(batch.map((dog) => dog.open()));
    for (const [i, dog] of batch.entries()) onOpen(dog, index + i);
    await pass(60);
  }
}

it.concurrent("G17: 2,000 upgrades that then say nothing are closed 4202 within LOGIN_TIMEOUT and a tick, and freed", async ({
  annotate,
}) => {
  const attack = await start();
  const { gateway, dogs } = attack;
  const before = gateway.descriptors();
  const closedMs: number[] = [];
  const stalls = watchStalls();
  await open(attack, 2_000, (dog) => {
    const from = performance.now();
    void dog
      .until((one) => one.closeCode !== undefined || one.ended)
      .then(() => closedMs.push(performance.now() - from));
  });
  expect(dogs.every((dog) => dog.text.startsWith("HTTP/1.1 101 "))).toBe(true);
  expect(await gateway.metric('leash_size{of="connections"}')).toBeGreaterThanOrEqual(2_000);
  expect(await gateway.fastestLoginMs("meanwhile")).toBeLessThan(500);

  await gateway.until(() => closedMs.length === dogs.length, LOGIN_TIMEOUT_MS + COMES_WITHIN_MS);
  const lostMs = stalls.lostMs();
  stalls.stop();
  expect(new Set(dogs.map((dog) => dog.closeCode))).toEqual(new Set([4202]));
  await annotate(`closed ${Math.min(...closedMs)} to ${Math.max(...closedMs)} ms after their 101`);
  expect(Math.max(...closedMs)).toBeLessThanOrEqual(LOGIN_TIMEOUT_MS + TICK_MS + SLACK_MS + lostMs);
  const freedMs = await gateway.until(() => gateway.descriptors() <= before + 1, CLOSE_TIMEOUT_MS + SLACK_MS);
  expect(freedMs).toBeDefined();
  expect(await gateway.metric('leash_size{of="connections"}')).toBeLessThanOrEqual(2);
  expect(await gateway.complaints()).toEqual([]);
});

it.concurrent("G17: 500 refused logins are parked, closed 4201 after their penalty, and freed though they never say goodbye", async () => {
  const attack = await start();
  const { gateway, dogs } = attack;
  const before = gateway.descriptors();
  const closedMs: number[] = [];
  const stalls = watchStalls();
  await open(attack, 500, (dog, index) => {
    const from = performance.now();
    void dog.login(`STRANGER-${index}`, "wrong_token_of_nobody");
    void dog
      .until((one) => one.closeCode !== undefined || one.ended)
      .then(() => closedMs.push(performance.now() - from));
  });
  await gateway.until(() => dogs.every((dog) => dog.text.includes("galbot_response")), COMES_WITHIN_MS);
  for (const dog of dogs) expect(dog.text).toMatch(/"code":401,.*"retry_after_ms":1000\b/);
  await gateway.until(() => closedMs.length === dogs.length, COMES_WITHIN_MS);
  const lostMs = stalls.lostMs();
  stalls.stop();
  expect(new Set(dogs.map((dog) => dog.closeCode))).toEqual(new Set([4201]));
  // The penalty of a first offence is 1 s, met on the next tick.
  expect(Math.min(...closedMs)).toBeGreaterThan(900);
  expect(Math.max(...closedMs)).toBeLessThanOrEqual(1_000 + TICK_MS + SLACK_MS + lostMs);
  const freedMs = await gateway.until(() => gateway.descriptors() <= before, CLOSE_TIMEOUT_MS + SLACK_MS);
  expect(freedMs).toBeDefined();
  expect(await gateway.metric('leash_size{of="penalties"}')).toBeLessThanOrEqual(501);
  expect(await gateway.metric('leash_size{of="refused"}')).toBe(0);
  expect(await gateway.complaints()).toEqual([]);
});

it.concurrent("G17: who tries again waits twice as long each time; the dog it plays logs in at once meanwhile", async () => {
  const attack = await start();
  const { gateway, dogs } = attack;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    await open(attack, 1);
    const dog = await dogs.at(-1)?.login("PLAYED", "wrong_token_of_nobody");
    waits.push(Number(/"retry_after_ms":(\d+)/.exec(dog?.text ?? "")?.[1]));
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  expect(await gateway.fastestLoginMs("PLAYED")).toBeLessThan(500);
  expect(await gateway.metric('leash_size{of="refused"}')).toBe(1);
});
