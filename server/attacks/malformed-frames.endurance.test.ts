import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seededRandom } from "#lib/testing/random.ts";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { frame, type Malformed, malformedFrame, senseless, undecodable } from "./malformed-frames.ts";

const SEED = 20_261_123;
/** Two texts that are no request, one that makes no sense, one frame that ends the socket. */
const A_CONNECTION = 4;
const FRAMES = 100_000;
const CONNECTIONS = FRAMES / A_CONNECTION;
/** Admission lets 1,000 a second in: what is measured is frames, not refusals. */
const DIALS_PER_SECOND = 950;
const AT_ONCE = 100;
const VERDICT_WITHIN_MS = 5_000;
const MAX_HEAP_GROWTH_MB = 10;

let gateway: AttackedGateway;

beforeEach(async () => {
  gateway = await startAttackedGateway();
});
afterEach(() => gateway.stop());

interface Script {
  readonly last: Malformed;
  readonly bytes: Buffer;
  /** Where the bytes are cut into packets. */
  readonly cuts: readonly number[];
  /** The frames ride in the packet of the upgrade. */
  readonly early: boolean;
}

/** All that connection `index` says: the same for the same seed, whatever the others do. */
function scriptOf(index: number): Script {
  const random = seededRandom(SEED + index);
  const soft = [undecodable(random), senseless(random), undecodable(random)].map((payload) =>
    frame({ opcode: 0x1, payload }),
  );
  const last = malformedFrame(random);
  const bytes = Buffer.concat([...soft, last.bytes]);
  const pieces = random() < 0.2 ? 1 + Math.floor(random() * 8) : 0;
  const cuts = Array.from({ length: pieces }, () => Math.floor(random() * bytes.length)).sort((a, b) => a - b);
  return { last, bytes, cuts, early: pieces === 0 && random() < 0.1 };
}

async function say(dog: RawDog, { bytes, cuts }: Script): Promise<void> {
  let from = 0;
  for (const cut of cuts) {
    dog.socket.write(bytes.subarray(from, cut));
    from = cut;
    await new Promise((resolve) => setImmediate(resolve));
  }
  dog.socket.write(bytes.subarray(from));
}

/** What is wrong with the gateway's answer; undefined for nothing, "again" where it was refused by rate. */
async function attack(index: number): Promise<string | undefined> {
  const script = scriptOf(index);
  const { last, early } = script;
  const dog = new RawDog(gateway.port, `127.0.0.${2 + (Math.abs(index) % 8)}`);
  try {
    dog.socket.setNoDelay(true);
    dog.upgrade(`/ws?token=${gateway.token}`);
    if (early) await say(dog, script);
    await dog.until((one) => one.text.includes("\r\n\r\n") || one.closed);
    if (dog.text.startsWith("HTTP/1.1 503 ")) return "again";
    if (!early) await say(dog, script);
    if (last.ends) dog.socket.end();
    const verdict = dog.until((one) => one.closeCode !== undefined || one.ended || one.closed).then(() => true);
    const came = await Promise.race([verdict, pass(VERDICT_WITHIN_MS, false, { ref: false })]);
    const code = dog.closeCode;
    const told = `seed ${SEED} + ${index}, ${last.name}, ${last.bytes.subarray(0, 200).toString("hex")}: ${dog.text.slice(-200)}`;
    if (!came) return `no verdict: ${told}`;
    if (!last.codes.includes(code)) return `closed ${code}: ${told}`;
    const answers = dog.text.split('"code":40').length - 1;
    return last.ends || answers >= A_CONNECTION - 1 ? undefined : `${answers} answers: ${told}`;
  } finally {
    dog.stop();
  }
}

/** Attacks `from` to `to`, paced; the first 20 failures. */
async function storm(from: number, to: number): Promise<readonly string[]> {
  const failures: string[] = [];
  const beganAt = performance.now();
  let next = from;
  const worker = async () => {
    for (let index = next++; index < to && failures.length < 20; index = next++) {
      const dueMs = ((index - from) / DIALS_PER_SECOND) * 1_000 - (performance.now() - beganAt);
      if (dueMs > 1) await pass(dueMs);
      let found = await attack(index);
      for (let tries = 0; found === "again" && tries < 20; tries++) {
        await pass(500);
        found = await attack(index);
      }
      if (found !== undefined) failures.push(found);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return failures;
}

it("G19: 100,000 malformed frames crash nothing, close with the protocol's codes only and leave nothing behind", async ({
  annotate,
}) => {
  expect(await storm(-2_000, 0)).toEqual([]);
  const heapBefore = await gateway.heapMb();
  const descriptors = gateway.descriptors();
  const memory = gateway.watchMemory();
  await gateway.lagP99Ms();
  const from = performance.now();
  expect(await storm(0, CONNECTIONS)).toEqual([]);
  const seconds = (performance.now() - from) / 1_000;
  const lag = await gateway.lagP99Ms();
  memory.stop();

  expect(await gateway.until(() => gateway.descriptors() <= descriptors, 5_000)).toBeDefined();
  const heap = await gateway.heapMb();
  await annotate(
    `${FRAMES} frames on ${CONNECTIONS} sockets in ${seconds.toFixed(1)} s, lag p99 ${lag.toFixed(0)} ms, heap ${heapBefore.toFixed(1)} -> ${heap.toFixed(1)} MB, resident at most +${memory.growthMb().toFixed(0)} MB`,
  );
  expect(heap - heapBefore).toBeLessThan(MAX_HEAP_GROWTH_MB);
  expect(await gateway.metric('leash_size{of="connections"}')).toBeLessThanOrEqual(1);
  expect(seconds).toBeLessThan(60);
  expect(await gateway.complaints()).toEqual([]);
});
