import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSecret } from "#server/auth/secrets.ts";
import { digestToken, newToken } from "#server/auth/token-digest.ts";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { RawDog } from "#server/testing/raw-dog.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { SeedDog } from "#server/testing/seed-dog.ts";

let dir: string;
let gateway: GatewayProcess | undefined;
const dogs: (SeedDog | RawDog)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-refusals-"));
});
afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.stop();
  gateway?.child.kill("SIGKILL");
  await gateway?.ended;
  await rm(dir, { recursive: true });
});

async function start(env: Record<string, string>): Promise<string> {
  gateway = startGatewayProcess({ DATA_DIR: dir, ...env });
  return gateway.listening;
}

function seed(url: string, sn: string, token: string): SeedDog {
  const dog = new SeedDog({ url: `${url.replace(/^http/, "ws")}/ws`, sn, token });
  dogs.push(dog);
  return dog.start();
}

async function raw(url: string, path: string): Promise<RawDog> {
  const dog = new RawDog(Number(new URL(url).port));
  dogs.push(dog);
  return dog.open(path);
}

async function get<T>(url: string, path: string): Promise<T> {
  return (await (await fetch(`${url}${path}`)).json()) as T;
}

/** Looks every 20 ms, for 5 s at most, and says what it saw last. */
async function until<T>(look: () => Promise<T>, fits: (seen: T) => boolean): Promise<T> {
  let seen = await look();
  for (let tries = 0; tries < 250 && !fits(seen); tries++) {
    await pass(20);
    seen = await look();
  }
  return seen;
}

interface Detail {
  readonly row: { readonly state: string; readonly reason_code: string | null };
  readonly rtt: readonly { readonly at: string; readonly ms: number }[];
}
const detail = (url: string, sn: string) => get<Detail>(url, `/api/dogs/${sn}`);

describe("a dog with a wrong token", () => {
  it("G110: where the URL mangles tokens its handshake passes, its login is answered 401, its socket parked; the API says refused", async () => {
    const token = "a+b&c=d%20e-shared";
    const url = await start({ DOG_SHARED_TOKEN: token });
    const good = seed(url, "D1", token);
    await good.until(({ answers }) => answers.length === 2);
    good.stop();
    await until(
      () => detail(url, "D1"),
      ({ row }) => row.state === "reconnecting",
    );

    const bad = seed(url, "D1", "a+wrong&token");
    await bad.until(({ answers }) => answers.length === 2);
    expect([bad.answers.map(({ code }) => code), bad.refusals, bad.closes]).toEqual([[401, 401], [], []]);
    const { row } = await until(
      () => detail(url, "D1"),
      (seen) => seen.row.state === "refused",
    );
    expect(row).toMatchObject({ state: "refused", reason_code: "auth_failed" });
    expect(await get(url, "/api/fleet/summary")).toMatchObject({ refused: 1, reconnecting: 0 });

    await bad.until(({ closes }) => closes.length > 0);
    expect([bad.closes, bad.dials]).toEqual([[4201], 2]);
    seed(url, "D1", token);
    const back = await until(
      () => detail(url, "D1"),
      (seen) => seen.row.state !== "refused",
    );
    expect(["connected", "settling"]).toContain(back.row.state);
  });

  it("G101: where tokens survive a URL it is refused at the handshake, and the API knows nothing of a stranger", async () => {
    const url = await start({ DOG_SHARED_TOKEN: "a_url-safe_shared_token" });
    const bad = seed(url, "D1", "another_token");
    await bad.until(({ refusals }) => refusals.length > 0);
    expect([bad.refusals[0], bad.answers]).toEqual([401, []]);
    expect((await fetch(`${url}/api/dogs/D1`)).status).toBe(404);
  });
});

describe("a dog with a token of its own", () => {
  it("G122: forced, it is seen to dial before it logs in; P15: a round trip is there right after the login", async () => {
    const token = newToken();
    const digest = digestToken(loadSecret(dir, "dog-token-pepper"), token).toString("hex");
    const file = join(dir, "dogs.json");
    await writeFile(file, JSON.stringify({ dogs: [{ sn: "D1", digests: [digest] }] }));
    const url = await start({ DOG_TOKENS_FILE: file });
    const first = seed(url, "D1", token);
    await first.until(({ answers }) => answers.length === 2);
    expect(
      (
        await until(
          () => detail(url, "D1"),
          ({ rtt }) => rtt.length > 0,
        )
      ).rtt,
    ).toHaveLength(1);
    first.stop();
    await until(
      () => detail(url, "D1"),
      ({ row }) => row.state === "reconnecting",
    );

    const asked = await fetch(`${url}/api/reconnection/force`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "D1" }),
    });
    const { tickets } = (await asked.json()) as { tickets: { ticket: string; status: string }[] };
    const path = `/api/reconnection/force/${tickets[0]?.ticket}`;
    const ticket = () => get<{ status: string; dialed_at: string | null }>(url, path);
    expect(tickets).toMatchObject([{ status: "armed" }]);
    const second = await raw(url, `/ws?token=${token}`);
    expect(await ticket()).toMatchObject({ status: "dialed", dialed_at: expect.any(String) });
    await second.login("D1", token);
    expect(await ticket()).toMatchObject({ status: "authenticated" });
  });
});
