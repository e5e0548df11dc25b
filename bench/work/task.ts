import { spawn } from "node:child_process";
import { once } from "node:events";

const LONGEST_MS = 300_000;

/** Runs a script of the bench in a process of its own and gives the JSON of its last line. Rejects where it fails. */
export async function runTask<T>(script: URL, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, ["--expose-gc", script.pathname, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LONGEST_MS,
    env: { ...process.env, NODE_ENV: "production" },
  });
  let out = "";
  child.stdout.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${script.pathname.split("/").at(-1)} ended with ${code}`);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "") as T;
}
