import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pass } from "node:timers/promises";
import type { FleetEvent } from "#lib/fleet/event.ts";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";
import { SCRATCH } from "./scratch.ts";
import { SeedDog, type SeedDogOptions } from "./seed-dog.ts";
import { type SeedFleetPlan, type SeedFleetProcess, serials, startSeedFleet } from "./seed-fleet-process.ts";

export const RIG_TOKEN = "shared-token-of-the-faults-0123456789";
export const RIG_API_TOKEN = "api-token-of-the-faults-0123456789";

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A real gateway in a folder of its own, the dogs on it, and whatever has to be undone at the end. */
export class GatewayRig {
  readonly dir: string;
  url = "";
  gateway: GatewayProcess | undefined;
  readonly dogs: SeedDog[] = [];
  readonly #undo: (() => unknown)[] = [];

  private constructor(dir: string) {
    this.dir = dir;
    this.defer(() => rm(dir, { recursive: true, force: true }));
  }

  static async create(): Promise<GatewayRig> {
    return new GatewayRig(await mkdtemp(join(SCRATCH, "leash-fault-")));
  }

  /** Runs at `close`, last come first served. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Starts the gateway on this rig's folder with its default configuration but for `env`. */
  async start(env: Readonly<Record<string, string>> = {}, launcher: readonly string[] = []): Promise<GatewayProcess> {
    const gateway = startGatewayProcess(
      { DATA_DIR: this.dir, DOG_SHARED_TOKEN: RIG_TOKEN, API_TOKEN: RIG_API_TOKEN, DRAIN_WINDOW: "1s", ...env },
      launcher,
    );
    this.gateway = gateway;
    this.defer(async () => {
      gateway.child.kill("SIGKILL");
      await gateway.ended;
    });
    this.url = await gateway.listening;
    return gateway;
  }

  /** SIGTERM; resolves with the exit code once it left. */
  async stop(): Promise<number | null | undefined> {
    this.gateway?.child.kill("SIGTERM");
    return this.gateway?.ended;
  }

  get wsUrl(): string {
    return `${this.url.replace(/^http/, "ws")}/ws`;
  }

  seed(sn: string, more: Partial<SeedDogOptions> = {}): SeedDog {
    const dog = new SeedDog({ url: this.wsUrl, token: RIG_TOKEN, sn, ...more });
    this.dogs.push(dog);
    return dog.start();
  }

  /** `count` seed dogs of this process, each logged in and both logins of its first connection answered. */
  async fleet(prefix: string, count: number, more: Partial<SeedDogOptions> = {}): Promise<SeedDog[]> {
    const dogs = serials(prefix, count).map((sn) => this.seed(sn, more));
    await within("the fleet is in", 55_000, Promise.all(dogs.map((dog) => dog.until(isIn))));
    return dogs;
  }

  /** Seed dogs in a process of their own. */
  fleetProcess(
    plan: Partial<SeedFleetPlan> & Pick<SeedFleetPlan, "sns">,
    launcher: readonly string[] = [],
  ): SeedFleetProcess {
    const fleet = startSeedFleet({ url: this.wsUrl, token: RIG_TOKEN, ...plan }, launcher);
    this.defer(() => fleet.stop());
    return fleet;
  }

  get authorization(): string {
    return `Bearer ${RIG_API_TOKEN}`;
  }

  async api(path: string, body?: unknown): Promise<Answered> {
    const response = await fetch(`${this.url}${path}`, {
      headers: { authorization: this.authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** The row of one dog, and how many live sockets it has. */
  async dogOf(sn: string): Promise<Record<string, unknown> & { live_sockets: unknown }> {
    const { body } = await this.api(`/api/dogs/${sn}`);
    return { ...(body.row as Record<string, unknown>), live_sockets: body.live_sockets };
  }

  /** One line of `/metrics` by its name with labels; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const response = await fetch(`${this.url}/metrics`, { headers: { authorization: this.authorization } });
    const line = (await response.text()).split("\n").find((one) => one.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length));
  }

  /** What the journal has on disk, in its order; the gateway may run or not. */
  stored(dir = this.dir): FleetEvent[] {
    const db = new DatabaseSync(join(dir, "journal.db"), { readOnly: true });
    try {
      const rows = db.prepare("SELECT v, epoch, seq, at, type, sn, body FROM events ORDER BY at, epoch, seq").all();
      return rows.map(({ body, sn, ...key }) => ({
        ...key,
        ...(sn === null ? {} : { sn }),
        ...(JSON.parse(String(body)) as object),
      })) as unknown as FleetEvent[];
    } finally {
      db.close();
    }
  }

  /** Stops what was started and takes back what was deferred; goes on where one of them fails and then throws. */
  async close(): Promise<void> {
    for (const dog of this.dogs.splice(0)) dog.stop();
    const failures: unknown[] = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "the rig could not be taken down whole");
  }
}

/** The seed's client logs in twice on its first connection, once on every other. */
const isIn = ({ answers, dials }: SeedDog) => answers.length >= (dials === 1 ? 2 : 1);

/** A wait that says what it waited for instead of the test running out of time. */
export async function within<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

/** Looks every 20 ms; resolves with the ms it took, throws with `what` where a look after `withinMs` does not find it either. */
export async function until(what: string, withinMs: number, check: () => Promise<boolean> | boolean): Promise<number> {
  const since = performance.now();
  for (;;) {
    const isLast = performance.now() - since >= withinMs;
    if (await check()) return performance.now() - since;
    if (isLast) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pass(20);
  }
}

/** One heartbeat's round trip, ms. */
export async function heartbeatMs(dog: SeedDog): Promise<number> {
  const before = dog.answers.length;
  const since = performance.now();
  dog.heartbeat();
  await within(
    `a heartbeat of ${dog.options.sn}`,
    10_000,
    dog.until(({ answers }) => answers.length > before),
  );
  return performance.now() - since;
}

/** Heartbeats of all `dogs` over and over until `done`, a pause in between; resolves with every round trip, sorted. */
export async function heartbeatsUntil(dogs: readonly SeedDog[], done: () => boolean, everyMs = 100): Promise<number[]> {
  const all: number[] = [];
  while (!done()) {
    for (const dog of dogs) all.push(await heartbeatMs(dog));
    await pass(everyMs);
  }
  return all.sort((a, b) => a - b);
}

/** 99th percentile of heartbeats in the calmest third of `totalMs`: what goes on all the while is in each of them (ms). */
export async function calmestP99Ms(dogs: readonly SeedDog[], totalMs: number): Promise<number> {
  const since = performance.now();
  let bestMs = Number.POSITIVE_INFINITY;
  for (const part of [1 / 3, 2 / 3, 1]) {
    const beats = await heartbeatsUntil(dogs, () => performance.now() - since >= totalMs * part);
    if (beats.length > 0) bestMs = Math.min(bestMs, quantile(beats, 0.99));
  }
  return bestMs;
}

/** 99th percentile of a second of heartbeats before anything is done to the gateway: what the machine adds by itself (ms). */
export async function quietP99Ms(dogs: readonly SeedDog[]): Promise<number> {
  const since = performance.now();
  return quantile(await heartbeatsUntil(dogs, () => performance.now() - since > 1_000, 20), 0.99);
}

export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
