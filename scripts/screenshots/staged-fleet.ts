import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fleet } from "#dog/fleet/fleet.ts";
import { loadScenario } from "#dog/fleet/load-scenario.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { loadConfig } from "#server/config.ts";
import { createLogger } from "#server/observability/logger.ts";
import { createRedactor } from "#server/observability/redactor.ts";
import { startGateway } from "#server/start-gateway.ts";
import { StagedClock } from "./staged-clock.ts";

const PAST_MS = 64 * 60_000;
const STEP_MS = 60;
const TOKEN = "token-of-the-staged-fleet-0123456789";

const CALM = new URL("./calm.yaml", import.meta.url).pathname;

export interface StagedFleet {
  /** Base URL of the gateway's API. */
  readonly url: string;
  /** Takes a whole site off its uplink for `awayMs`. */
  dropSite(site: string, awayMs: number): void;
  close(): Promise<void>;
}

/** A real gateway and `dogs` simulated dogs over real sockets, with an hour behind them, played from `seed`. */
export async function stageFleet(dogs: number, seed: number, progress: (line: string) => void): Promise<StagedFleet> {
  const scenario = loadScenario(CALM);
  if (!("cohorts" in scenario)) throw new Error(scenario.join("\n"));
  const clock = new StagedClock(Date.now() - PAST_MS);
  const random = seededRandom(seed);
  const dataDir = await mkdtemp(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "leash-screenshots-"));
  const redactor = createRedactor();
  const gateway = await startGateway({
    config: loadConfig({
      GATEWAY_PORT: "0",
      GATEWAY_NAME: "gw-east-1",
      DATA_DIR: dataDir,
      DOG_SHARED_TOKEN: TOKEN,
      DRAIN_WINDOW: "0",
      RECORD_TTL: "45m",
    }),
    clock,
    random,
    log: createLogger({ level: "silent", redactor }).log,
    redactor,
    pid: process.pid,
    version: "screenshots",
  });
  const url = gateway.url.replace(/^http/, "ws");
  const fleet = new Fleet({
    url: `${url}/ws`,
    token: TOKEN,
    dogs,
    scenario,
    rampPerSecond: 40,
    clock,
    random,
  });
  fleet.start();
  await clock.catchUp(STEP_MS, (leftMs) => progress(`${Math.ceil(leftMs / 60_000)} min of history to play`));
  return {
    url: gateway.url,
    dropSite: (site, awayMs) => fleet.dropSite(site, awayMs),
    async close() {
      await fleet.stop();
      await gateway.stop();
      clock.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
