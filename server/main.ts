// The gateway's process: env -> config -> wiring -> listen -> drain. Exit codes are in docs/OPERATIONS.md.
import { systemClock } from "#lib/clock/system-clock.ts";
import packageJson from "../package.json" with { type: "json" };
import { type Config, ConfigError, loadConfig } from "./config.ts";
import { readDescriptorRoom } from "./descriptor-limit.ts";
import { createLifecycle } from "./lifecycle.ts";
import { createLogger } from "./observability/logger.ts";
import { createRedactor } from "./observability/redactor.ts";
import { startFailure } from "./start-failure.ts";
import { startGateway } from "./start-gateway.ts";

/** The drain's grace for what is left (5 s), the journal's last commit (5 s), and some air. */
const AFTER_DRAIN_MS = 15_000;

function configOrExit(): Config {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`leash: ${error.message}`);
    process.exit(2);
  }
}

// Journal and secrets are nobody else's to read.
process.umask(0o077);
const config = configOrExit();
const redactor = createRedactor();
const { log, flush } = createLogger({ level: config.logLevel, redactor });

function exit(code: number): void {
  flush();
  process.exit(code);
}

const starting = startGateway({
  config,
  clock: systemClock,
  random: Math.random,
  log,
  redactor,
  pid: process.pid,
  version: packageJson.version,
  descriptors: readDescriptorRoom(),
});
const lifecycle = createLifecycle({
  clock: systemClock,
  log,
  stop: () => starting.then((running) => running.stop()),
  exit,
  deadlineMs: config.drainWindowMs + AFTER_DRAIN_MS,
});
process.on("SIGTERM", lifecycle.signal);
process.on("SIGINT", lifecycle.signal);
process.on("SIGHUP", () => void starting.then((running) => running.reload()));
process.on("uncaughtException", lifecycle.crash);
process.on("unhandledRejection", lifecycle.crash);
starting.catch((error: unknown) => {
  console.error(`leash: ${redactor.text(startFailure(error, config))}`);
  exit(1);
});
