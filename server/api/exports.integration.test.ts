import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import type { OutageRecord } from "#lib/contracts/fleet.ts";
import { type ApiWorld, startApi } from "./testing/api-harness.ts";
import { outageRecordOf } from "./testing/fake-history.ts";

const worlds: ApiWorld[] = [];
afterEach(async () => {
  for (const one of worlds.splice(0)) await one.close();
});

async function listening(): Promise<{ readonly w: ApiWorld; readonly port: number }> {
  const w = await startApi();
  worlds.push(w);
  await w.api.listen({ host: "127.0.0.1", port: 0 });
  return { w, port: (w.api.server.address() as AddressInfo).port };
}

function ask(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ port, path, agent: false }, resolve).on("error", reject).end();
  });
}

/** The body as far as it came, and whether it came to its end. */
async function readAll(response: IncomingMessage): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) text += chunk;
    return { text, isWhole: response.complete };
  } catch {
    return { text, isWhole: false };
  }
}

const PAGE = Array.from({ length: 500 }, (_, i) => outageRecordOf(`dog-${i}`, 1_700_000_000_000 + i));

/** Resolves once no page was made in ten looks on end: whoever asked takes nothing, and is waited for. */
async function held(made: { readonly count: number }): Promise<void> {
  let before = -1;
  let looks = 0;
  await expect
    .poll(() => {
      looks = before === made.count ? looks + 1 : 0;
      before = made.count;
      return looks;
    })
    .toBeGreaterThan(10);
}

/** Pages without end, counting how many were made. */
function* endless(made: { count: number }): Generator<readonly OutageRecord[]> {
  for (;;) {
    made.count++;
    yield PAGE;
  }
}

it("G157: a reader that goes away ends the reading, and one that takes nothing holds it back", async () => {
  const { w, port } = await listening();
  const made = { count: 0 };
  w.history.outagePages = { [Symbol.iterator]: () => endless(made) } as unknown as typeof w.history.outagePages;
  const response = await ask(port, "/api/fleet/outages.json");
  await expect.poll(() => made.count).toBeGreaterThan(2);
  await held(made);
  expect(w.history.open).toBe(1);
  response.destroy();
  await expect.poll(() => w.history.open).toBe(0);
});

it("G157: a reader that stalls for a minute is cut; beyond 16 exports the next is asked to wait", async () => {
  const { w, port } = await listening();
  const made = { count: 0 };
  w.history.outagePages = { [Symbol.iterator]: () => endless(made) } as unknown as typeof w.history.outagePages;
  const readers = await Promise.all(Array.from({ length: 16 }, () => ask(port, "/api/fleet/outages.csv")));
  const refused = await ask(port, "/api/fleet/outages.csv");
  expect([refused.statusCode, refused.headers["retry-after"]]).toEqual([429, "5"]);
  await readAll(refused);
  await held(made);
  w.clock.advance(60_001);
  await expect.poll(() => w.history.open).toBe(0);
  const ends = await Promise.all(readers.map(readAll));
  expect(ends.every(({ isWhole }) => !isWhole)).toBe(true);
  w.history.outagePages = [PAGE];
  expect((await readAll(await ask(port, "/api/fleet/outages.csv"))).text.split("\r\n")).toHaveLength(502);
});

it.each(["csv", "json"])(
  "G158: an error in mid-stream cuts the connection: no short %s looks whole",
  async (format) => {
    const { w, port } = await listening();
    w.history.outagePages = [PAGE, PAGE];
    w.history.failure = new Error("the disk is gone");
    const response = await ask(port, `/api/fleet/outages.${format}`);
    expect(response.statusCode).toBe(200);
    const { text, isWhole } = await readAll(response);
    expect(isWhole).toBe(false);
    expect(text).not.toMatch(/disk|\]\s*$/);
    w.history.outagePages = [];
    const early = await ask(port, `/api/fleet/outages.${format}`);
    expect([early.statusCode, early.headers["content-type"]]).toEqual([500, "application/problem+json"]);
    expect(JSON.parse((await readAll(early)).text)).toMatchObject({ code: "internal" });
    expect(w.history.open).toBe(0);
  },
);
