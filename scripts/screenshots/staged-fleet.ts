import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fleet } from "#dog/fleet/fleet.ts";
import type { Profile } from "#dog/fleet/profile.ts";
import { seededRandom } from "#lib/testing/random.ts";
import { loadConfig } from "#server/config.ts";
import { createLogger } from "#server/observability/logger.ts";
import { createRedactor } from "#server/observability/redactor.ts";
import { startGateway } from "#server/start-gateway.ts";
import { StagedClock } from "./staged-clock.ts";

const PAST_MS = 64 * 60_000;
const STEP_MS = 60;
const TOKEN = "token-of-the-staged-fleet-0123456789";

/** Calm but real: some twenty dogs are out at any time, a few an hour for good. */
const CALM: Profile = {
  name: "calm",
  seedShare: 0.05,
  probeShare: 0.25,
  networks: ["4G", "5G", "4G", "Wi-Fi"],
  perDogHour: { reset: 0.8, fin: 0.6, silence: 0.6, goodbye: 0.03, flapping: 0.06, wrongToken: 0.05, dead: 0.015 },
  awayMs: [500, 190_000],
  site: null,
};

export interface StagedFleet {
  /** Base URL of the gateway's API. */
  readonly url: string;
  /** Takes a whole site off its uplink for `awayMs`. */
  dropSite(site: string, awayMs: number): void;
  close(): Promise<void>;
}

/** A real gateway and `dogs` simulated dogs over real sockets, with an hour behind them, played from `seed`. */
export async function stageFleet(dogs: number, seed: number, progress: (line: string) => void): Promise<StagedFleet> {
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
    profile: CALM,
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
      fleet.stop();
      await gateway.stop();
      clock.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
