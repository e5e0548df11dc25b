import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
/** Half a second alone; how long a busy machine takes for it is not what any test is about. */
const LISTENS_WITHIN_MS = 55_000;

/** The real gateway in a process of its own. Whoever starts one kills it. */
export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the base URL once it listens; rejects when it ends first. */
  readonly listening: Promise<string>;
  /** Resolves with its exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/**
 * Starts `server/main.ts` on a free port with nothing in its environment but `env`. `launcher` is put before the command
 * (`prlimit --nofile=512:512`); it must end in an exec, so that the process is the gateway.
 */
export function startGatewayProcess(
  env: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
): GatewayProcess {
  const [command = process.execPath, ...args] = [...launcher, process.execPath, MAIN];
  const child = spawn(command, args, {
    env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", GATEWAY_PORT: "0", GATEWAY_NAME: "gw-test", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const { promise: listening, resolve, reject } = Promise.withResolvers<string>();
  const late = setTimeout(() => reject(new Error(`the gateway does not listen: ${stderr}`)), LISTENS_WITHIN_MS);
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    const url = /"url":"([^"]+)".*"msg":"the gateway listens"/.exec(stdout)?.[1];
    if (url) resolve(url);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = once(child, "close").then(([code]) => {
    clearTimeout(late);
    reject(new Error(`the gateway ended with ${code}: ${stderr}`));
    return code as number | null;
  });
  // A test that waits only for the end does not care that it never listened.
  listening.then(
    () => clearTimeout(late),
    () => {},
  );
  return { child, pid: child.pid ?? 0, stdout: () => stdout, stderr: () => stderr, listening, ended };
}
