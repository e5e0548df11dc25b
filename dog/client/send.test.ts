import { describe, expect, it } from "vitest";
import { ClientBench } from "#dog/testing/client-bench.ts";
import { CALM } from "#dog/testing/fake-gateway.ts";
import { FAIR } from "#dog/testing/fake-network.ts";
import type { RequestError } from "./request-error.ts";

const MINUTE = 60_000;
const codeOf = (answered: Promise<unknown>) =>
  answered.then(
    () => "ok",
    (error: RequestError) => error.code,
  );
const numbers = (one: ClientBench) => one.gateway.deliveries.map(({ args }) => args.n);

/** A dog without a network. */
async function offline(options: ConstructorParameters<typeof ClientBench>[0] = {}): Promise<ClientBench> {
  const one = await new ClientBench(options).up();
  one.network.weather = { ...FAIR, refused: 1 };
  one.gateway.endAll("reset");
  await one.pass(1_000);
  return one;
}

async function online(one: ClientBench): Promise<void> {
  one.network.weather = FAIR;
  one.client.dialNow();
  await one.pass(500, 20);
  expect(one.client.getStatus().connected).toBe(true);
}

describe("send", () => {
  it("D33: each answer finds its question, in whatever order they come", async () => {
    const one = await new ClientBench().up();
    const order: number[] = [];
    const asked = [0, 1, 2].map(async (n) => {
      const response = await one.client.send("/api/ask", { n });
      order.push(n);
      return response.request_id;
    });
    one.gateway.push("/api/noise", {});
    for (const pipe of one.gateway.pipes) {
      pipe.toDog(
        '{"op":"galbot_response","service":"/api/ask","result":true,"code":0,"message":"","request_id":"nobody"}',
      );
    }
    await one.pass(500, 20);
    const ids = await Promise.all(asked);
    expect(new Set(ids)).toEqual(new Set(one.gateway.deliveries.map(({ id }) => id)));
    expect(order).toHaveLength(3);
  });

  it("D33: rejects as timeout, disconnected, refused, stopped or invalid, and never otherwise", async () => {
    const one = new ClientBench();
    expect(await codeOf(one.client.send("/x"))).toBe("stopped");
    void one.client.start();
    expect(await codeOf(one.client.send("/x"))).toBe("disconnected");
    await one.up();
    one.gateway.answerCodes.push(404);
    const refused = one.client.send("/x");
    await one.pass(500);
    await expect(refused).rejects.toMatchObject({ code: "refused", response: { code: 404, service: "/x" } });
    one.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const late = codeOf(one.client.send("/x", {}, { timeoutMs: 3_000 }));
    await one.pass(3_100);
    expect(await late).toBe("timeout");
    const cut = codeOf(one.client.send("/x"));
    one.gateway.endAll("reset");
    await one.pass(500);
    expect(await cut).toBe("disconnected");
    await one.pass(10_000);
    const stopped = codeOf(one.client.send("/x"));
    void one.client.stop();
    expect(await stopped).toBe("stopped");
  });

  it.each([
    ["a login by hand", "/api/user/login", {}],
    ["no service", "", {}],
    ["more than a message may be", "/x", { blob: "y".repeat(70_000) }],
    ["what is too deep", "/x", JSON.parse(`${'{"a":'.repeat(20)}1${"}".repeat(20)}`)],
    ["a poisoned key", "/x", JSON.parse('{"__proto__":{"a":1}}')],
    ["what is no JSON", "/x", { n: 1n }],
  ])("D33: %s is refused before it costs the session", async (_, service, args) => {
    const one = await new ClientBench().up();
    for (const keep of [false, true]) expect(await codeOf(one.client.send(service, args, { keep }))).toBe("invalid");
    expect(one.gateway.deliveries).toEqual([]);
  });

  it("D33: a thousand unanswered questions are enough", async () => {
    const one = await new ClientBench().up();
    one.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const codes = Array.from({ length: 1_005 }, () => codeOf(one.client.send("/x")));
    await one.pass(11_000);
    const told = await Promise.all(codes);
    expect(told.filter((code) => code === "outbox_full")).toHaveLength(5);
    expect(told.filter((code) => code === "timeout")).toHaveLength(1_000);
  });
});

describe("messages while offline vanish silently - ours are kept", () => {
  it("D35: in order, sent once the login is acknowledged, each acknowledged once", async () => {
    const one = await offline();
    const answers = Array.from({ length: 5 }, (_, n) => one.client.send("/log", { n }, { keep: true }));
    expect(one.client.getStatus().outbox).toMatchObject({ messages: 5, dropped: 0 });
    await one.pass(MINUTE);
    expect(one.gateway.deliveries).toEqual([]);
    await online(one);
    answers.push(one.client.send("/log", { n: 5 }, { keep: true }));
    await one.pass(2_000, 20);
    expect((await Promise.all(answers)).every(({ result }) => result)).toBe(true);
    expect(numbers(one)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(one.client.getStatus().outbox).toEqual({ messages: 0, bytes: 0, dropped: 0 });
  });

  it("D35: no more than its limits, by count and by bytes; the oldest goes first, and it says which", async () => {
    const one = await offline({ outboxLimit: { messages: 3, bytes: 10_000 } });
    const codes = [0, 1, 2, 3].map((n) => codeOf(one.client.send("/log", { n }, { keep: true })));
    const big = one.client.send("/log", { n: 4, pad: "y".repeat(9_700) }, { keep: true });
    const huge = codeOf(one.client.send("/huge", { pad: "y".repeat(20_000) }, { keep: true }));
    expect(await huge).toBe("outbox_full");
    expect(one.all("dropped").map(({ service, why }) => [service, why])).toEqual([
      ...Array(4).fill(["/log", "outbox_full"]),
      ["/log", "outbox_full"],
      ["/huge", "outbox_full"],
    ]);
    expect(await Promise.all(codes)).toEqual(Array(4).fill("outbox_full"));
    expect(await codeOf(big)).toBe("outbox_full");
    expect(one.client.getStatus().outbox).toEqual({ messages: 0, bytes: 0, dropped: 6 });
  });

  it("D35: without `keep` an offline message is rejected at once", async () => {
    const one = await offline();
    expect(await codeOf(one.client.send("/log"))).toBe("disconnected");
  });

  it("D36: a lost answer has the message sent again under the same id, the others after it", async () => {
    const one = await new ClientBench().up();
    one.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const answers = [0, 1].map((n) => one.client.send("/log", { n }, { keep: true, timeoutMs: 2_000 }));
    await one.pass(2_500);
    one.gateway.endAll("reset");
    await one.pass(1_000);
    one.gateway.mood = CALM;
    await online(one);
    await one.pass(1_000, 20);
    await Promise.all(answers);
    expect(numbers(one)).toEqual([0, 0, 0, 1]);
    expect(new Set(one.gateway.deliveries.map(({ id }) => id)).size).toBe(2);
    expect(one.gateway.needless).toEqual([]);
  });

  it("D36: `not now` (401, 429, 503) is asked again, `no` is told and makes room for the next", async () => {
    const one = await new ClientBench().up();
    one.gateway.answerCodes.push(503, 429, 400);
    const first = codeOf(one.client.send("/log", { n: 0 }, { keep: true }));
    const second = codeOf(one.client.send("/log", { n: 1 }, { keep: true }));
    await one.pass(6_000, 50);
    expect([await first, await second]).toEqual(["refused", "ok"]);
    expect(numbers(one)).toEqual([0, 0, 0, 1]);
    expect(one.all("dropped")).toEqual([expect.objectContaining({ service: "/log", why: "refused" })]);
  });

  it("D36: a message that a live gateway never answers, or that ends every session, does not hold up the rest for ever", async () => {
    const mute = await new ClientBench({ heartbeatMs: 300_000 }).up();
    mute.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const unanswered = codeOf(mute.client.send("/log", { n: 0 }, { keep: true }));
    const next = codeOf(mute.client.send("/log", { n: 1 }, { keep: true }));
    await mute.pass(131_000);
    expect(await unanswered).toBe("timeout");
    mute.gateway.mood = CALM;
    await mute.pass(11_000);
    expect(await next).toBe("ok");

    const poison = await new ClientBench().up();
    poison.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const deadly = codeOf(poison.client.send("/log", { n: 0 }, { keep: true }));
    for (let session = 0; session < 10; session++) {
      await poison.pass(500, 50);
      poison.gateway.endAll(1009);
      await poison.pass(1_000);
      poison.client.dialNow();
    }
    expect(await deadly).toBe("timeout");
    expect(poison.all("dropped")).toEqual([expect.objectContaining({ why: "timeout" })]);
  });

  it("D36: a gateway that read none of it (429 without an id) is given time", async () => {
    const one = await new ClientBench().up();
    one.gateway.mood = { ...CALM, requestUnanswered: 1 };
    const answered = codeOf(one.client.send("/log", { n: 0 }, { keep: true }));
    await one.pass(200, 20);
    one.gateway.mood = CALM;
    const tooMany = {
      op: "galbot_response",
      service: "",
      result: false,
      code: 429,
      message: "too_many",
      args: { retry_after_ms: 1_000 },
    };
    for (const pipe of one.gateway.pipes) pipe.toDog(JSON.stringify(tooMany));
    await one.pass(900, 20);
    expect(numbers(one)).toEqual([0]);
    await one.pass(500, 20);
    expect(numbers(one)).toEqual([0, 0]);
    expect(await answered).toBe("ok");
  });

  it("D36: a backlog goes out at a pace the gateway reads (P11)", async () => {
    const one = await offline();
    for (let n = 0; n < 100; n++) void one.client.send("/log", { n }, { keep: true });
    one.network.weather = { ...FAIR, latencyMs: 1 };
    one.client.dialNow();
    await one.pass(4_000, 5);
    const sent = one.gateway.deliveries.length;
    expect(sent).toBeGreaterThan(40);
    expect(sent).toBeLessThanOrEqual(60);
  });

  it("D38: a stop drops what waits, and says so", async () => {
    const one = await offline();
    const code = codeOf(one.client.send("/log", {}, { keep: true }));
    void one.client.stop();
    expect(await code).toBe("stopped");
    expect(one.all("dropped")).toEqual([expect.objectContaining({ service: "/log", why: "stopped" })]);
    expect(await codeOf(one.client.send("/log", {}, { keep: true }))).toBe("stopped");
  });
});
