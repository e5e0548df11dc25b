import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type AttackedGateway, startAttackedGateway } from "#server/testing/attacked-gateway.ts";
import { BrowserStream } from "#server/testing/browser-stream.ts";
import { type BenchOptions, type GatewayBench, startGateway, TOKEN } from "#server/testing/gateway-bench.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { INHERITED_NAMES } from "./hostile-json.ts";

const HEARTBEAT = '{"op":"galbot_request","service":"/api/heartbeat","args":{},"request_id":"plain"}';
const open: { stop(): unknown }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function bench(options: BenchOptions): Promise<GatewayBench> {
  const started = await startGateway(options);
  open.push({ stop: () => started.close() });
  return started;
}

async function dial(port: number, token: string): Promise<RawDog> {
  const dog = new RawDog(port);
  open.push(dog);
  return dog.open(`/ws?token=${token}`);
}

/** What throws, and for whom: a port of the gateway that breaks its contract. */
const throwsFor = (sn: string) => {
  if (sn === "POISON") throw new TypeError("poison");
  return false;
};
const POISONED: readonly (readonly [string, BenchOptions, string])[] = [
  ["a login", { dogs: { hasReported: () => false, isKnown: () => true, endsOutage: throwsFor } }, TOKEN],
  [
    "a refused login",
    { dogs: { hasReported: () => false, isKnown: throwsFor, endsOutage: () => false }, token: "a token & more" },
    "wrong",
  ],
];

describe("a message that makes its handler throw", () => {
  it.each(POISONED)(
    "G45: %s: that socket is closed 1011, its neighbours are answered",
    async (_name, options, token) => {
      const { port, gateway, faults, event, until } = await bench(options);
      const right = options.token ?? TOKEN;
      const neighbours = await Promise.all(["A", "B"].map(async (sn) => (await dial(port, "")).login(sn, right)));
      const poison = await dial(port, "");
      const args = { app_id: "a", token, sn: "POISON", timestamp: 1 };
      poison.frame(0x1, JSON.stringify({ op: "galbot_request", service: "/api/user/login", args }));
      await poison.until((dog) => dog.closeCode !== undefined || dog.ended);
      expect([poison.closeCode, faults]).toEqual([1011, [expect.objectContaining({ message: "poison" })]]);
      poison.stop();
      for (const dog of neighbours) {
        dog.frame(0x1, HEARTBEAT);
        await dog.until((one) => one.text.includes('"plain"') || one.ended);
        expect(dog.closeCode).toBeUndefined();
      }
      expect(["A", "B"].map((sn) => gateway.isConnected(sn))).toEqual([true, true]);
      await until(() => gateway.sizes().connections === 2);
      expect((await event("dog.connected", "B")).sn).toBe("B");
    },
  );

  it("G45: what stands behind it in the same packet is not read, and the dog comes back", async () => {
    let poisonous = true;
    const { port, gateway, counts } = await bench({
      dogs: { hasReported: () => false, isKnown: () => true, endsOutage: (sn) => poisonous && throwsFor(sn) },
    });
    const poison = await dial(port, TOKEN);
    const login = JSON.stringify({
      op: "galbot_request",
      service: "/api/user/login",
      args: { app_id: "a", token: TOKEN, sn: "POISON", timestamp: 1 },
    });
    poison.socket.cork();
    for (let i = 0; i < 20; i++) poison.frame(0x1, login);
    poison.socket.uncork();
    await poison.until((dog) => dog.closeCode !== undefined || dog.ended);
    expect([poison.closeCode, counts.get("message")]).toEqual([1011, 1]);
    poisonous = false;
    await (await dial(port, TOKEN)).login("POISON", TOKEN);
    expect(gateway.isConnected("POISON")).toBe(true);
  });
});

/** One value of JSON no deeper than 6, its texts and keys from what is worst. */
const worstText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.constantFrom(
    ...INHERITED_NAMES,
    "",
    " ",
    "\u0000",
    "\r\n",
    "\u001b[31m",
    "\ud800",
    "\udfff\ud800",
    "=1+1",
    "<b>",
    "重连🐕",
    "x".repeat(64),
    "y".repeat(256),
  ),
);
const worstNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(0, -0, 1e308, -1e308, 5e-324, 2 ** 53, -1),
);
const worstValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    worstText,
    worstNumber,
    fc.constantFrom(null, true, false),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      worstText.filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

type Twist = <T>(tame: fc.Arbitrary<T>) => fc.Arbitrary<unknown>;
const tame: Twist = (arbitrary) => arbitrary;
const wild: Twist = (arbitrary) =>
  fc.oneof({ weight: 9, arbitrary: arbitrary as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: worstValue });
const wholeMs = fc.oneof(fc.nat(31_536_000_000), fc.constantFrom(0, 1, 31_536_000_000));
const label = worstText.filter(({ length }) => length >= 1 && length <= 64);

/** What a login may say beside who it is: right in shape, seldom in sense; where it is wild, here and there not even in shape. */
function extrasOf(twist: Twist) {
  const schedule = fc.record(
    {
      max_retries: twist(fc.nat(1_000)),
      base_delay_ms: twist(fc.integer({ min: 1, max: 86_400_000 })),
      max_delay_ms: twist(fc.integer({ min: 1, max: 86_400_000 })),
      first_delay_ms: twist(fc.tuple(wholeMs, wholeMs)),
      jitter: twist(fc.double({ min: 0, max: 1, noNaN: true })),
      dial_timeout_ms: twist(fc.integer({ min: 1, max: 600_000 })),
      probe_ms: twist(fc.option(fc.integer({ min: 1_000, max: 86_400_000 }))),
    },
    { requiredKeys: ["max_retries", "base_delay_ms", "max_delay_ms"] },
  );
  const outage = fc.record({
    id: twist(label),
    dials: twist(fc.nat(1_000_000)),
    duration_ms: twist(wholeMs),
    delays_ms: twist(fc.array(wholeMs, { maxLength: 32 })),
    probes: twist(fc.nat(1_000_000)),
    last_error: twist(fc.option(worstText)),
    servers_tried: twist(fc.nat(1_000)),
  });
  return fc.record(
    {
      app_id: twist(label),
      timestamp: twist(fc.oneof(fc.string({ maxLength: 32 }), worstNumber)),
      client: twist(fc.oneof(worstText, fc.constant("leash/1.0.0"))),
      schedule: twist(schedule),
      network: twist(label),
      firmware: twist(label),
      labels: twist(
        fc.dictionary(
          label.filter((key) => key !== "__proto__"),
          label,
          { maxKeys: 8 },
        ),
      ),
      outage: twist(outage),
      surprise: worstValue,
    },
    { requiredKeys: [] },
  );
}
const service = fc.oneof(fc.constantFrom("/api/user/login", "/api/heartbeat", "/api/policy"), worstText);
const anyMessage = fc.record({ service, args: worstValue, request_id: wild(label) }, { requiredKeys: ["service"] });

interface Life {
  readonly extras: Record<string, unknown>;
  readonly messages: readonly unknown[];
  readonly end: { readonly code: number; readonly reason: string } | "reset" | "fin";
}
const life: fc.Arbitrary<Life> = fc.record({
  extras: fc.oneof(extrasOf(tame), extrasOf(wild)) as fc.Arbitrary<Record<string, unknown>>,
  messages: fc.array(anyMessage, { minLength: 10, maxLength: 30 }),
  end: fc.oneof(
    fc.record({
      code: fc.constantFrom(1000, 1001, 1006 - 3, 1008, 1011, 1012, 3000, 4000, 4100, 4500, 4999),
      reason: worstText.map((text) => text.slice(0, 30)),
    }),
    fc.constantFrom("reset" as const, "fin" as const),
  ),
});

const LIVES = 120;
const SEED = 20_261_123;

describe("messages of a right shape and no sense", () => {
  it("G45: 120 dogs say what fast-check thinks of, 20 messages each; whatever is journaled can be shown", {
    timeout: 60_000,
  }, async () => {
    const gateway = await startAttackedGateway();
    const runs = [gateway];
    open.push({ stop: () => Promise.all(runs.map((run) => run.stop())) });
    const browser = new BrowserStream(gateway.url);
    open.push(browser);
    const lives = fc.sample(life, { seed: SEED, numRuns: LIVES });
    const entered: string[] = [];
    for (let from = 0; from < LIVES; from += 20) {
      const batch = lives.slice(from, from + 20).map((one, i) => live(gateway, one, `FUZZ-${from + i}`));
      const came = (await Promise.all(batch)).filter((sn) => sn !== undefined);
      entered.push(...came);
      expect(await wrongAnswers(gateway, came), `seed ${SEED}, lives ${from} to ${from + 20}`).toEqual([]);
    }
    expect(entered.length).toBeGreaterThan(LIVES / 3);
    const ticks = browser.counts.get("tick") ?? 0;
    await browser.until(({ counts, ended }) => (counts.get("tick") ?? 0) > ticks || ended);
    expect([browser.ended, browser.unreadable]).toEqual([false, []]);
    expect(await gateway.complaints()).toEqual([]);

    const again = await gateway.restart();
    runs.push(again);
    expect(await wrongAnswers(again, entered), `seed ${SEED}, replayed`).toEqual([]);
    expect(await again.complaints()).toEqual([]);
  });
});

/** One dog's life; its name where it got in. Fails where it is closed for a fault of ours. */
async function live(
  gateway: AttackedGateway,
  { extras, messages, end }: Life,
  sn: string,
): Promise<string | undefined> {
  const dog = await dial(gateway.port, gateway.token);
  await dog.login(sn, gateway.token, extras);
  const entered = dog.text.includes('"code":0');
  for (const message of messages) dog.frame(0x1, JSON.stringify({ op: "galbot_request", ...(message as object) }));
  dog.frame(0x1, HEARTBEAT);
  await dog.until((one) => one.text.includes('"plain"') || one.closeCode !== undefined || one.ended);
  // Three messages that do not decode are a reason to close; a fault of ours is not.
  expect([undefined, 4103], JSON.stringify({ sn, extras, messages }).slice(0, 2_000)).toContain(dog.closeCode);
  if (end === "reset") dog.socket.resetAndDestroy();
  else if (end === "fin") dog.socket.end();
  else {
    const code = Buffer.alloc(2);
    code.writeUInt16BE(end.code);
    dog.frame(0x8, Buffer.concat([code, Buffer.from(end.reason)]));
  }
  return entered ? sn : undefined;
}

/** Addresses that do not answer 200, the dogs' own among them. */
async function wrongAnswers(gateway: AttackedGateway, sns: readonly string[]): Promise<readonly string[]> {
  const paths = [
    "/api/fleet/summary",
    "/api/fleet/stats?window=1h",
    "/api/fleet/events?limit=100",
    "/api/dogs?limit=100",
    "/api/reconnection/active?limit=100",
    "/api/reconnection/active.csv",
    ...sns.flatMap((sn) => [`/api/dogs/${sn}`, `/api/dogs/${sn}/events`]),
  ];
  const answers = await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(`${gateway.url}${path}`);
      await response.text();
      return { path, status: response.status };
    }),
  );
  return answers.filter(({ status }) => status !== 200).map(({ path, status }) => `${path} ${status}`);
}
