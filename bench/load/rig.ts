import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { castOf, type LoadPlan } from "./load-plan.ts";
import { type LoadProcess, startLoad } from "./load-process.ts";
import { readWitnesses, type Witness, WitnessLog } from "./witness.ts";

export interface RigOptions {
  readonly dogs: number;
  readonly seedShare: number;
  /** So many of them run the product's own client; none by default. */
  readonly clients?: number;
  readonly seed: number;
  /** More of the gateway's environment; everything else is as in production. */
  readonly env?: Readonly<Record<string, string>>;
}

const TOKEN = "shared_token_of_the_bench_0123456789";
const RAMP_PER_SECOND = 800;
/** The gateway's own file limit is the machine's; a load process stays well under it. */
const MOST_DOGS_PER_PROCESS = 10_000;

/** One gateway in its default configuration, its fleet in processes of their own, and what they all wrote down. */
export interface Rig {
  readonly dogs: number;
  readonly cast: readonly string[];
  readonly loads: readonly LoadProcess[];
  gateway(): GatewayProcess;
  /** Base URL, the same through all restarts. */
  url(): string;
  /** The operator's own log: tickets. */
  readonly desk: WitnessLog;
  /** Starts the gateway again on the same port and data; resolves once it listens. */
  restart(): Promise<void>;
  up(): number;
  /** Resolves once so many dogs are up. Rejects after `withinMs`. */
  upAtLeast(count: number, withinMs: number): Promise<void>;
  witnesses(): Witness[];
  /** The gateway's data folder. */
  readonly dataDir: string;
  /** Stops the dogs and kills the gateway; removes everything. Idempotent. */
  close(): Promise<void>;
}

export async function startRig({ dogs, seedShare, clients = 0, seed, env = {} }: RigOptions): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), "leash-bench-"));
  const gatewayEnv = { DATA_DIR: join(dir, "data"), DOG_SHARED_TOKEN: TOKEN, LOG_LEVEL: "info", ...env };
  let gateway = startGatewayProcess(gatewayEnv);
  const url = new URL(await gateway.listening);
  const processes = Math.ceil(dogs / MOST_DOGS_PER_PROCESS);
  const plans = Array.from(
    { length: processes },
    (_, index): LoadPlan => ({
      host: url.hostname,
      port: Number(url.port),
      token: TOKEN,
      dogs: Math.floor((dogs + processes - 1 - index) / processes),
      prefix: `DOG-${index + 1}`,
      seedShare,
      clients: index === 0 ? clients : 0,
      seed: seed + index,
      witness: join(dir, `dogs-${index + 1}.jsonl`),
    }),
  );
  const loads = await Promise.all(plans.map(startLoad));
  const deskFile = join(dir, "desk.jsonl");
  const desk = new WitnessLog(deskFile);
  const up = () => loads.reduce((sum, load) => sum + load.counts().up, 0);
  let closed: Promise<void> | undefined;
  // Told to stop midway, nothing may stay behind; the dogs' processes end with the channel to this one.
  const killGateway = () => void gateway.child.kill("SIGKILL");
  const leave = () => process.exit(1);
  process.once("exit", killGateway).once("SIGINT", leave).once("SIGTERM", leave);

  return {
    dogs,
    cast: plans.flatMap((plan) => castOf(plan).map(({ sn }) => sn)),
    loads,
    gateway: () => gateway,
    url: () => url.href,
    desk,
    async restart() {
      gateway = startGatewayProcess({ ...gatewayEnv, GATEWAY_PORT: url.port });
      await gateway.listening;
    },
    up,
    async upAtLeast(count, withinMs) {
      const until = performance.now() + withinMs;
      while (up() < count) {
        if (performance.now() > until) throw new Error(`${up()} of ${dogs} dogs are up after ${withinMs} ms`);
        await wait(100);
      }
    },
    witnesses() {
      desk.flush();
      return readWitnesses([deskFile, ...plans.map((plan) => plan.witness)]);
    },
    dataDir: join(dir, "data"),
    close() {
      closed ??= (async () => {
        await Promise.all(loads.map((load) => load.stop()));
        gateway.child.kill("SIGKILL");
        await gateway.ended;
        desk.close();
        process.off("exit", killGateway).off("SIGINT", leave).off("SIGTERM", leave);
        rmSync(dir, { recursive: true, force: true });
      })();
      return closed;
    },
  };
}

/** Everybody dials, a little slower than the gateway lets in. */
export async function bringUp(rig: Rig): Promise<void> {
  for (const load of rig.loads) load.order({ order: "start", perSecond: RAMP_PER_SECOND / rig.loads.length });
  await rig.upAtLeast(rig.dogs, (rig.dogs / RAMP_PER_SECOND) * 1_000 + 60_000);
}
