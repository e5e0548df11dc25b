// Runs one dog: node dog/main.ts --config dog.yaml (--help lists the rest)
import { systemClock } from "#lib/clock/system-clock.ts";
import { createLog } from "./command/log.ts";
import { DogRun } from "./command/run-dog.ts";
import { parseCommandLine, USAGE } from "./config/command-line.ts";
import { type LoadedConfig, loadConfig } from "./config/load-config.ts";
import { DogConfigError } from "./config/problems.ts";
import { createMdnsBrowse } from "./discovery/mdns-browse.ts";
import { systemNetwork } from "./network/system-network.ts";
import { systemLookup } from "./servers/system-lookup.ts";

/** A terminal's Ctrl+C arrives twice, from it and from npm: what follows so soon is the same wish. */
const SAME_WISH_MS = 250;
const BAD_CONFIGURATION = 2;
/** A reader of the log that lives and does not read: so much is kept for it, and the end does not wait longer for it. */
const MOST_UNREAD_BYTES = 1_048_576;
const LAST_LINES_MS = 500;

// Nobody reads any more: a dog runs on.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

function fail(lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(BAD_CONFIGURATION);
}

function load(): { loaded: LoadedConfig; isCheck: boolean } {
  const flags = parseCommandLine(process.argv.slice(2));
  if ("problem" in flags) return fail([flags.problem, USAGE]);
  if (flags.help) {
    console.log(USAGE);
    process.exit(0);
  }
  if (process.argv.length <= 2) return fail(["expected --config, or --url with --sn, --app-id and a token", USAGE]);
  try {
    return { loaded: loadConfig(flags, { env: process.env, now: systemClock.now() }), isCheck: flags.check };
  } catch (error) {
    if (error instanceof DogConfigError) return fail([error.message]);
    throw error;
  }
}

function onStopSignal(first: () => void): void {
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      first();
    } else if (performance.now() - firstAt > SAME_WISH_MS) process.exit(1);
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

/** The last lines are written before the process ends. */
function leave(code: number): void {
  const exit = () => process.exit(code);
  systemClock.schedule(LAST_LINES_MS, exit);
  process.stdout.write("", exit);
}

function print(line: string): void {
  if (process.stdout.writableLength < MOST_UNREAD_BYTES) console.log(line);
}

const { loaded, isCheck } = load();
if (isCheck) {
  for (const warning of loaded.warnings) console.log(`warning: ${warning}`);
  for (const note of loaded.notes) console.log(`note: ${note}`);
  const { sn, servers, discovery } = loaded.config;
  const where = [...servers, ...(discovery.mdns ? ["what mDNS finds"] : [])].join(", ");
  console.log(`configuration is right: dog ${sn} on ${where}`);
  leave(0);
} else {
  // The last few, for an old one may still be quoted by an error.
  let tokens: readonly string[] = [];
  const log = createLog(systemClock, loaded.config.logLevel, () => tokens, print);
  for (const warning of loaded.warnings) log.warn(warning);
  for (const note of loaded.notes) log.info(note);
  const run = new DogRun(loaded, {
    clock: systemClock,
    log,
    lookup: systemLookup,
    networks: systemNetwork,
    browse: createMdnsBrowse({ clock: systemClock }),
    onToken: (token) => {
      if (!tokens.includes(token)) tokens = [token, ...tokens].slice(0, 8);
    },
  });
  onStopSignal(() => {
    log.info("stopping");
    void run.stop().then(() => {
      log.info("stopped");
      leave(0);
    });
  });
  const crash = (error: unknown) => {
    log.error("internal error", { why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    leave(1);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
  run.start();
}
