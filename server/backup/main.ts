// npm run backup -- --to FILE, restore -- --from FILE, rebuild-rollups: docs/OPERATIONS.md.
import { resolve } from "node:path";
import { systemClock } from "#lib/clock/system-clock.ts";
import { fleetOptions } from "#lib/fleet/fleet-options.ts";
import { journalLocation } from "#server/journal/create-journal-at.ts";
import packageJson from "../../package.json" with { type: "json" };
import { createBackup } from "./backup.ts";
import { asksHelp, inBytes, inCounts, readCommand, runCommand, UsageError } from "./command-line.ts";
import { rebuildRollups } from "./rebuild-rollups.ts";
import { restoreBackup } from "./restore.ts";

const [name = "", ...argv] = process.argv.slice(2);
const began = systemClock.monotonic();
const seconds = () => ((systemClock.monotonic() - began) / 1_000).toFixed(1);

const COMMANDS: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  backup,
  restore,
  "rebuild-rollups": rebuild,
};

const USAGE: Readonly<Record<string, string>> = {
  backup: "npm run backup -- --to FILE: copies journal and secrets into a new file, while the gateway runs or not",
  restore:
    "npm run restore -- --from FILE: puts a backup into an empty DATA_DIR, or the empty database of DATABASE_URL",
  "rebuild-rollups":
    "npm run rebuild-rollups [-- --force]: derives statistics again from the events of a stopped gateway",
};
const SETTINGS = 'DATA_DIR and DATABASE_URL as the gateway has them; docs/OPERATIONS.md, "Backup and restore"';

async function backup(): Promise<readonly string[]> {
  const { config, file } = readCommand(argv, process.env, "to");
  const { dataDir } = config;
  const to = resolve(file);
  const done = await createBackup({
    location: journalLocation(config),
    dataDir,
    to,
    version: packageJson.version,
    now: systemClock.now,
  });
  return [
    `${inCounts(done.counts)} in ${seconds()} s: ${to} (${inBytes(done.bytes)}, rows ${done.rowsSha256.slice(0, 16)})`,
    done.secrets > 0
      ? `it holds ${done.secrets} secrets of ${dataDir}: keep it where nobody else reads it`
      : `${dataDir} has no secrets: none are in it`,
  ];
}

async function restore(): Promise<readonly string[]> {
  const { config, file } = readCommand(argv, process.env, "from");
  const { dataDir } = config;
  const location = journalLocation(config);
  const done = await restoreBackup({ from: resolve(file), location, dataDir, pid: process.pid });
  const asOf = new Date(done.header.at).toISOString();
  return [
    `${inCounts(done.counts)} as of ${asOf} in ${seconds()} s, read back and compared (rows ${done.rowsSha256.slice(0, 16)})`,
    `the gateway may start with ${location.kind === "sqlite" ? `DATA_DIR=${dataDir}` : `DATA_DIR=${dataDir} and this DATABASE_URL`}`,
  ];
}

async function rebuild(): Promise<readonly string[]> {
  const { config, force } = readCommand(argv, process.env, null);
  const { dataDir, stableAfterMs, silentAfterMs, recordTtlMs } = config;
  const options = fleetOptions({ stableAfterMs, silentAfterMs, recordTtlMs });
  const location = journalLocation(config);
  const { from, events, tables } = await rebuildRollups({ location, dataDir, pid: process.pid, options, force });
  const since = from === 0 ? "the journal's begin" : new Date(from).toISOString();
  return [
    `${events} events folded again from ${since} in ${seconds()} s`,
    ...Object.entries(tables).map(
      ([table, { same, changed, added, removed }]) =>
        `${table}: ${changed} changed, ${added} added, ${removed} removed, ${same} were right`,
    ),
  ];
}

// Journal and secrets are nobody else's to read.
process.umask(0o077);
process.exitCode = await runCommand(name || "leash", process.stdout, process.stderr, async () => {
  const usage = USAGE[name];
  if (usage !== undefined && asksHelp(argv)) return [usage, SETTINGS];
  const command = COMMANDS[name];
  if (!command) throw new UsageError(`expected one of ${Object.keys(COMMANDS).join(", ")}`);
  return command();
});
