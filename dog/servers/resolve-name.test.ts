import { describe, expect, it } from "vitest";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { createNameResolver, type NameResolverOptions } from "./resolve-name.ts";

const HOST = "dog-server.example.com";
const NOT_FOUND = Object.assign(new Error(`getaddrinfo ENOTFOUND ${HOST}`), { code: "ENOTFOUND" });

/** A system whose answers are given by hand, in the order they were asked for. */
function harness(options: Partial<NameResolverOptions> = {}) {
  const clock = new FakeClock();
  const asked: { host: string; answer(addresses: readonly string[]): void; fail(error: Error): void }[] = [];
  const resolve = createNameResolver({
    clock,
    lookup: (host) => {
      const { promise, resolve: answer, reject: fail } = Promise.withResolvers<readonly string[]>();
      asked.push({ host, answer, fail });
      return promise;
    },
    ...options,
  });
  return { clock, asked, resolve };
}

/** Lets everything that has an answer go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

describe("names", () => {
  it("D52: a fresh answer is used, however many fallbacks there are", async () => {
    const { resolve, asked, clock } = harness({ fallbacks: { [HOST]: ["203.0.113.10"] } });
    const addresses = resolve(HOST);
    asked[0]?.answer(["192.0.2.7"]);
    expect(await addresses).toEqual(["192.0.2.7"]);
    expect(clock.pending).toBe(0);
  });

  it.each(["127.0.0.1", "::1", "[2001:db8::1]"])("D52: the literal address %s asks nobody", async (address) => {
    const { resolve, asked } = harness();
    expect(await resolve(address)).toEqual([address.replace(/[[\]]/g, "")]);
    expect(asked).toEqual([]);
  });

  it("D52: the families take turns, the system's favourite first", async () => {
    const { resolve, asked } = harness();
    const addresses = resolve(HOST);
    asked[0]?.answer(["2001:db8::1", "2001:db8::2", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.3"]);
    expect(await addresses).toEqual(["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "192.0.2.3"]);
  });

  it("D53: DNS fails: the last good answer, then the fallbacks, each once", async () => {
    const { resolve, asked } = harness({ fallbacks: { [HOST]: ["203.0.113.10", "192.0.2.7"] } });
    const first = resolve(HOST);
    asked[0]?.fail(NOT_FOUND);
    expect(await first).toEqual(["203.0.113.10", "192.0.2.7"]);
    const second = resolve(HOST);
    asked[1]?.answer(["192.0.2.7"]);
    await second;
    const third = resolve(HOST.toUpperCase());
    asked[2]?.fail(NOT_FOUND);
    expect(await third).toEqual(["192.0.2.7", "203.0.113.10"]);
  });

  it("D53: fallbacks that change are asked for at each need, and the last good answer outlives them", async () => {
    let announced: Record<string, readonly string[]> = {};
    const { resolve, asked } = harness({ fallbacks: () => announced });
    const first = resolve(HOST);
    asked[0]?.answer(["192.0.2.7"]);
    await first;
    announced = { [HOST.toUpperCase()]: ["10.0.0.5"] };
    const second = resolve(HOST);
    asked[1]?.fail(NOT_FOUND);
    expect(await second).toEqual(["192.0.2.7", "10.0.0.5"]);
  });

  it("D53: nothing known: the system's own error, so that its cause is shown", async () => {
    const { resolve, asked } = harness();
    const addresses = resolve(HOST);
    asked[0]?.fail(NOT_FOUND);
    await expect(addresses).rejects.toBe(NOT_FOUND);
  });

  it.each([[[]], [["not an address"]]])("D53: the answer %j is none", async (answer) => {
    const { resolve, asked } = harness({ fallbacks: { [HOST]: ["203.0.113.10"] } });
    const addresses = resolve(HOST);
    asked[0]?.answer(answer);
    expect(await addresses).toEqual(["203.0.113.10"]);
  });

  it("D54: DNS that does not answer in 3 s is one that fails; its late answer serves the next call", async () => {
    const { resolve, asked, clock } = harness({ fallbacks: { [HOST]: ["203.0.113.10"] } });
    const outcomes: (readonly string[])[] = [];
    void resolve(HOST).then((addresses) => outcomes.push(addresses));
    clock.advance(2_999);
    await settle();
    expect(outcomes).toEqual([]);
    clock.advance(1);
    await settle();
    expect(outcomes).toEqual([["203.0.113.10"]]);
    asked[0]?.answer(["192.0.2.7"]);
    await settle();
    const next = resolve(HOST);
    asked[1]?.fail(NOT_FOUND);
    expect(await next).toEqual(["192.0.2.7", "203.0.113.10"]);
  });

  it("D54: with no fallback a silent DNS is a timeout", async () => {
    const { resolve, clock } = harness({ timeoutMs: 500 });
    const addresses = resolve(HOST);
    clock.advance(500);
    await expect(addresses).rejects.toMatchObject({ code: "ETIMEDOUT" });
  });

  it("D54: a wait that would leave a look at /healthz no time is refused", () => {
    for (const timeoutMs of [0, -1, Number.NaN, 3_001]) expect(() => harness({ timeoutMs })).toThrow(RangeError);
  });

  it("D54: lookups cannot be cancelled: one for a host, two in all, however often and whatever is asked", async () => {
    const { resolve, asked, clock } = harness({ fallbacks: { "c.example": ["203.0.113.3"] } });
    const outcomes: string[] = [];
    for (let round = 0; round < 10; round++) {
      for (const host of ["a.example", "b.example", "c.example", "d.example"]) {
        resolve(host).then(
          ([address]) => outcomes.push(`${host} ${address}`),
          (error: NodeJS.ErrnoException) => outcomes.push(`${host} ${error.code}`),
        );
      }
      await settle();
      clock.advance(3_000);
      await settle();
    }
    expect(asked.map(({ host }) => host)).toEqual(["a.example", "b.example"]);
    expect(new Set(outcomes)).toEqual(
      new Set(["a.example ETIMEDOUT", "b.example ETIMEDOUT", "c.example 203.0.113.3", "d.example EAI_AGAIN"]),
    );
    asked[0]?.fail(NOT_FOUND);
    await settle();
    const room = resolve("d.example");
    asked[2]?.answer(["192.0.2.4"]);
    expect(await room).toEqual(["192.0.2.4"]);
    expect(clock.pending).toBe(0);
  });
});
