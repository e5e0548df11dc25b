import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client, type QueryResult } from "pg";
import { SCRATCH } from "./scratch.ts";

/** What every copy is made from: a fresh cluster with the role the gateway uses. */
const TEMPLATES = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
const OWNER = "postgres";
const ROLE = "leash";
export const POSTGRES_PASSWORD = "a-password-nobody-may-read-0123";
const STARTS_WITHIN_MS = 55_000;
const STOPS_WITHIN_MS = 5_000;
const CLIENT_BACKEND = /^postgres: \S+ \S+ (\[local\]|[\d.]+\(\d+\)) /;

export interface PostgresServer {
  readonly port: number;
  /** A new empty database, owned by a role without any privilege beyond it. Resolves with its URL. */
  createDatabase(): Promise<string>;
  /** Runs statements as superuser, in the database of `url` or in the maintenance one. Resolves with the last one's rows. */
  run(sql: string, url?: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends every session of the gateways' role, as an administrator does. */
  terminateBackends(): Promise<void>;
  /** `kill -9` of every process that serves a client: the server takes itself down and recovers. Returns how many. */
  killBackends(): number;
  /** Every process of the server stands still (SIGSTOP): connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Resolves once the server is gone. `immediate` is as good as a power cut: no checkpoint, recovery at the next start. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** Starts it again on the same port with the same data, where it does not run. */
  start(): Promise<void>;
  /** Stops it and removes its folder. Idempotent. */
  close(): Promise<void>;
}

/**
 * A real PostgreSQL of this test's own: a folder in memory, a free port on loopback, settings as installed but for
 * `settings` (`{ fsync: "off" }`). `files` are put into its data folder (`server.key`).
 */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const bin = postgresBin();
  const dir = mkdtempSync(join(SCRATCH, "leash-postgres-"));
  const data = join(dir, "data");
  cpSync(template(bin), data, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, name), text, { mode: 0o600 });
  own(dir);
  let port = await freePort();
  let server: ChildProcess | undefined;
  let output = "";
  let databases = 0;

  const urlOf = (role: string, database: string) =>
    `postgres://${role}:${POSTGRES_PASSWORD}@127.0.0.1:${port}/${database}`;

  async function start(): Promise<void> {
    if (server) return;
    const options = { listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: dir, ...settings };
    const args = Object.entries(options).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const [command = "", ...rest] = [...launcher(), join(bin, "postgres"), "-D", data, ...args];
    const child = spawn(command, rest, { stdio: ["ignore", "pipe", "pipe"] });
    server = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-4_000);
      });
    }
    for (const beganAt = performance.now(); ; await pass(20)) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended at its start: ${output}`);
      if (await answers(urlOf(OWNER, "postgres"))) return;
      if (performance.now() - beganAt > STARTS_WITHIN_MS) throw new Error(`PostgreSQL does not start: ${output}`);
    }
  }

  /** Between its choice and its use another test's process may have taken the port. */
  async function startOnFreePort(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await start();
      } catch (error) {
        server = undefined;
        if (tries === 3 || !output.includes("Address already in use")) throw error;
        port = await freePort();
        output = "";
      }
    }
  }

  function processes(): { pid: number; title: string }[] {
    const postmaster = server?.pid;
    if (postmaster === undefined || server?.exitCode !== null) return [];
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, "utf8").trim();
    const pids = children === "" ? [] : children.split(" ").map(Number);
    return [{ pid: postmaster, title: "" }, ...pids.map((pid) => ({ pid, title: titleOf(pid) }))];
  }

  function signalAll(signal: NodeJS.Signals): void {
    for (const { pid } of processes()) signalOne(pid, signal);
  }

  async function stop(how: "fast" | "immediate" = "fast"): Promise<void> {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
    const late = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
    await ended;
    clearTimeout(late);
  }

  await startOnFreePort();
  return {
    port,
    async createDatabase() {
      const name = `leash_${++databases}`;
      await query(urlOf(OWNER, "postgres"), `CREATE DATABASE ${name} OWNER ${ROLE}`);
      return urlOf(ROLE, name);
    },
    run: (sql, url) => query(urlOf(OWNER, url === undefined ? "postgres" : new URL(url).pathname.slice(1)), sql),
    async terminateBackends() {
      const sql = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${ROLE}'`;
      await query(urlOf(OWNER, "postgres"), sql);
    },
    killBackends() {
      const backends = processes().filter(({ title }) => CLIENT_BACKEND.test(title));
      for (const { pid } of backends) signalOne(pid, "SIGKILL");
      return backends.length;
    },
    freeze: () => signalAll("SIGSTOP"),
    thaw: () => signalAll("SIGCONT"),
    stop,
    start,
    async close() {
      signalAll("SIGCONT");
      await stop("immediate");
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the server's binaries off the PATH. */
function postgresBin(): string {
  const home = "/usr/lib/postgresql";
  const versions = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(home, version, "bin")), "/usr/local/bin", "/usr/bin"];
  const found = folders.find((folder) => existsSync(join(folder, "postgres")));
  if (found === undefined) throw new Error("no PostgreSQL server here: install the package postgresql");
  return found;
}

/** PostgreSQL refuses to run as root; the kernel ends it should this process die without a word. */
function launcher(): string[] {
  const identity = isRoot() ? [`--reuid=${OWNER}`, `--regid=${OWNER}`, "--init-groups"] : [];
  return ["setpriv", ...identity, "--pdeathsig=QUIT", "--"];
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function own(folder: string): void {
  if (isRoot()) execFileSync("chown", ["-R", `${OWNER}:`, folder]);
}

/** Made once and kept; several test processes may come here at once, the first to finish names it. */
function template(bin: string): string {
  const version = /\d+/.exec(execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" }))?.[0] ?? "";
  const kept = join(TEMPLATES, `leash-postgres-${version}-1`);
  if (existsSync(kept)) return kept;
  const made = mkdtempSync(join(SCRATCH, "leash-initdb-"));
  try {
    const data = join(made, "data");
    const passwords = join(made, "password");
    writeFileSync(passwords, POSTGRES_PASSWORD);
    own(made);
    const [command = "", ...args] = [...launcher(), join(bin, "initdb"), "-D", data, "-U", OWNER, "--no-sync"];
    const locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256", `--pwfile=${passwords}`];
    execFileSync(command, [...args, ...locale], { stdio: "pipe" });
    const single = [...launcher(), join(bin, "postgres"), "--single", "-D", data, "postgres"];
    const role = `CREATE ROLE ${ROLE} LOGIN PASSWORD '${POSTGRES_PASSWORD}'\n`;
    execFileSync(single[0] ?? "", single.slice(1), { input: role, stdio: ["pipe", "pipe", "pipe"] });
    cpSync(data, `${kept}.${process.pid}`, { recursive: true });
    renameSync(`${kept}.${process.pid}`, kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
    rmSync(`${kept}.${process.pid}`, { recursive: true, force: true });
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return kept;
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already.
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await query(url, "SELECT 1");
    return true;
  } catch {
    return false;
  }
}

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000, query_timeout: 30_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const result: QueryResult | QueryResult[] = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? [];
  } finally {
    await client.end();
  }
}

/** Free a moment ago. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
