import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pinned } from "../measure/cores.ts";
import { atExit, scratchFolder } from "../measure/scratch.ts";
import type { ProbeAnswer, ProbeQuestion } from "./probe-messages.ts";
import { TOKEN } from "./token.ts";

export const PEERS = ["leash", "bare", "socket.io"] as const;
export type PeerName = (typeof PEERS)[number];

/** A server under measurement in a process of its own. */
export interface Peer {
  readonly name: PeerName;
  readonly pid: number;
  readonly port: number;
  /** What the server says of itself now. */
  use(): Promise<ProbeAnswer>;
  /** As `use`, after a full garbage collection. */
  collected(): Promise<ProbeAnswer>;
  /** Forgets the event-loop delays so far. */
  resetLag(): Promise<void>;
  /** Ends it at once and removes its data. Idempotent. */
  stop(): Promise<void>;
}

export interface PeerOptions {
  /** Data folder of our gateway; a fresh one, removed at the end, unless given. */
  readonly dataDir?: string;
  /** Peers tell watchers of every change; our gateway always does. */
  readonly broadcast?: boolean;
  /** Instead of the bare `ws` server: Fastify with the answers of this folder. */
  readonly readyRows?: string;
  /** Without the probe a start is as it is in production; `use` then never answers. */
  readonly probe?: boolean;
  readonly pin: boolean;
  /** Folder for a CPU profile, written when it stops. */
  readonly profileDir?: string | undefined;
}

const MAIN: Readonly<Record<PeerName, string>> = {
  leash: fileURLToPath(new URL("../../server/main.ts", import.meta.url)),
  bare: fileURLToPath(new URL("./bare-main.ts", import.meta.url)),
  "socket.io": fileURLToPath(new URL("./socket-io-main.ts", import.meta.url)),
};
const READY_ROWS = fileURLToPath(new URL("./rows-main.ts", import.meta.url));
const PROBE = fileURLToPath(new URL("./probe.ts", import.meta.url));
/** A large journal is replayed before it listens. */
const LISTENS_WITHIN_MS = 180_000;
const ANSWERS_WITHIN_MS = 30_000;
const TAIL_CHARS = 2_000;

/** Starts `name` and resolves once it listens. Our gateway runs in its default production configuration, journal on. */
export async function startPeer(name: PeerName, options: PeerOptions): Promise<Peer> {
  const own = options.dataDir === undefined ? scratchFolder() : undefined;
  const env: NodeJS.ProcessEnv = {
    NODE_ENV: "production",
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    GATEWAY_PORT: "0",
    GATEWAY_NAME: "bench",
    DATA_DIR: options.dataDir ?? own?.path ?? "",
    DOG_SHARED_TOKEN: TOKEN,
  };
  const probed = options.probe ?? true;
  const nodeArgs = probed ? ["--expose-gc", "--import", PROBE] : [];
  if (options.profileDir !== undefined) nodeArgs.push("--cpu-prof", `--cpu-prof-dir=${join(options.profileDir, name)}`);
  const script = options.readyRows === undefined ? [MAIN[name]] : [READY_ROWS, options.readyRows];
  const args = [...nodeArgs, ...script, ...(options.broadcast && name !== "leash" ? ["--broadcast"] : [])];
  const [command = process.execPath, ...rest] = pinned("server", options.pin, [process.execPath, ...args]);
  const child = spawn(command, rest, { env, stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const forget = atExit(() => child.kill("SIGKILL"));
  const clean = () => {
    forget();
    own?.remove();
  };
  try {
    const tail = new Tail();
    const port = await listening(child, name, tail);
    return peerOf(name, child, port, tail, clean, options.profileDir !== undefined);
  } catch (error) {
    child.kill("SIGKILL");
    clean();
    throw error;
  }
}

/** Resolves with its port once it listens. Its output goes on being read, and the end of it is kept in `tail`. */
function listening(child: ChildProcess, name: PeerName, tail: Tail): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = setTimeout(() => reject(new Error(`${name} does not listen`)), LISTENS_WITHIN_MS);
  child.stdout?.on("data", (chunk: Buffer) => {
    tail.add(chunk);
    const port = /"url":"http:\/\/[^"]*:(\d+)".*"msg":"the gateway listens"/.exec(tail.text)?.[1];
    if (port !== undefined) resolve(Number(port));
  });
  child.once("exit", (code, signal) => reject(new Error(`${name} ended with ${signal ?? code}: ${tail.text}`)));
  return promise.finally(() => clearTimeout(late));
}

/** The last of what a process wrote. */
class Tail {
  text = "";

  add(chunk: Buffer): void {
    this.text = (this.text + chunk.toString()).slice(-TAIL_CHARS);
  }
}

function peerOf(
  name: PeerName,
  child: ChildProcess,
  port: number,
  tail: Tail,
  clean: () => void,
  profiled: boolean,
): Peer {
  const waiting = new Map<number, PromiseWithResolvers<ProbeAnswer>>();
  let asked = 0;
  child.on("error", () => {});
  child.on("message", (answer: ProbeAnswer) => {
    waiting.get(answer.id)?.resolve(answer);
    waiting.delete(answer.id);
  });
  child.once("exit", (code, signal) => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ended with ${signal ?? code}: ${tail.text}`));
  });

  function ask(question: ProbeQuestion["ask"]): Promise<ProbeAnswer> {
    if (!child.connected) return Promise.reject(new Error(`${name} has ended: ${tail.text}`));
    const answer = Promise.withResolvers<ProbeAnswer>();
    const late = setTimeout(() => answer.reject(new Error(`${name} does not answer the probe`)), ANSWERS_WITHIN_MS);
    const id = ++asked;
    waiting.set(id, answer);
    child.send({ id, ask: question } satisfies ProbeQuestion);
    return answer.promise.finally(() => clearTimeout(late));
  }

  let stopped: Promise<void> | undefined;
  async function end(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      if (profiled && child.connected) child.send({ id: 0, ask: "exit" } satisfies ProbeQuestion);
      else child.kill("SIGKILL");
      await exited;
    }
    clean();
  }

  return {
    name,
    pid: child.pid ?? 0,
    port,
    use: () => ask("use"),
    collected: () => ask("gc"),
    resetLag: () => ask("reset").then(() => {}),
    stop() {
      stopped ??= end();
      return stopped;
    },
  };
}
