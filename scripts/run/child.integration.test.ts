import { describe, expect, it } from "vitest";
import { type ChildSpec, startChild, worthShowing } from "./child.ts";

const spec = (script: string, graceMs = 5_000): ChildSpec => ({
  name: "child",
  args: ["-e", script],
  env: { NODE_ENV: "test" },
  graceMs,
});

/** Starts a child and resolves to it once it has printed `ready` on stderr. */
async function started(script: string, graceMs?: number) {
  const ready = Promise.withResolvers<void>();
  const child = startChild(spec(script, graceMs), (line) => line === "ready" && ready.resolve());
  await ready.promise;
  return child;
}

describe("a child process", () => {
  it("T4: its death is told with its code and the lines nobody has seen", async () => {
    const shown: string[] = [];
    const script = 'console.log("up"); console.error("DATA_DIR: not writable"); process.exitCode = 3';
    const child = startChild(spec(script), (line) => shown.push(line));
    expect(await child.ended).toBe("exit code 3");
    expect(shown).toEqual(["DATA_DIR: not writable"]);
    expect(child.untoldLines()).toEqual(["up"]);
  });

  it("T4: stops on SIGTERM, and stopping twice is stopping once", async () => {
    const child = await started(
      'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1e6); console.error("ready")',
    );
    await Promise.all([child.stop(), child.stop()]);
    await child.stop();
    expect(await child.ended).toBe("exit code 0");
  });

  it("T4: one that ignores SIGTERM is killed after its grace", async () => {
    const child = await started(
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6); console.error("ready")',
      50,
    );
    await child.stop();
    expect(await child.ended).toBe("signal SIGKILL");
  });

  it("T4: of its output only trouble is shown", () => {
    expect(worthShowing('{"level":30,"msg":"listening"}')).toBeUndefined();
    expect(worthShowing('{"level":40,"msg":"every dog is refused"}')).toBe("warning: every dog is refused");
    expect(worthShowing('{"level":50,"msg":"disk full"}')).toBe("error: disk full");
    expect(worthShowing('{"level":"info","msg":"the gateway listens"}')).toBeUndefined();
    expect(worthShowing('{"level":"fatal","msg":"no journal"}')).toBe("error: no journal");
    expect(worthShowing("GET / 200 in 5ms")).toBeUndefined();
    expect(worthShowing(" ⨯ Error: no route")).toBe(" ⨯ Error: no route");
  });
});
