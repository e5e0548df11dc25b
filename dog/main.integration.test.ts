import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { runRobot } from "./config/examples/library.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const TOKEN = "a-t0ken-nobody-shows";

let dir = "";
const gateways: GatewayProcess[] = [];
const dogs: Dog[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(SCRATCH, "dog-main-"));
});
afterEach(async () => {
  for (const dog of dogs.splice(0)) dog.child.kill("SIGKILL");
  for (const { child, ended } of gateways.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(dir, { recursive: true, force: true });
});

/** The command, as a robot runs it. */
class Dog {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out = "";
  err = "";

  constructor(argv: readonly string[], env: Readonly<Record<string, string>> = {}, stdout: "pipe" | number = "pipe") {
    this.child = spawn(process.execPath, [MAIN, ...argv], {
      env: { NODE_ENV: "production", PATH: "/usr/bin:/bin", ...env },
      stdio: ["ignore", stdout, "pipe"],
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.out += chunk.toString();
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.err += chunk.toString();
    });
    this.ended = once(this.child, "close").then(([code]) => code as number | null);
    dogs.push(this);
  }

  lines(what: string): readonly string[] {
    return this.out.split("\n").filter((line) => line.slice(31).startsWith(what));
  }

  /** Until there are `count` of these lines. */
  async says(what: string, count = 1): Promise<void> {
    await expect.poll(() => this.lines(what).length, { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(count);
  }
}

function gateway(port: number): GatewayProcess {
  const env = { GATEWAY_PORT: String(port), DATA_DIR: join(dir, "data"), DOG_SHARED_TOKEN: TOKEN, LOG_LEVEL: "info" };
  const started = startGatewayProcess(env);
  gateways.push(started);
  return started;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function stateOn(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/api/dogs/D1`);
  return ((await response.json()) as { row?: { state: string } }).row?.state ?? "unknown";
}

describe("the library", () => {
  it("D79: the documents' example signs in, is told no, and says goodbye", async () => {
    const started = gateway(0);
    const base = await started.listening;
    const said: string[] = [];
    const url = `${base.replace("http", "ws")}/ws`;
    const robot = await runRobot(url, TOKEN, (line) => said.push(line));
    await expect
      .poll(() => said, { timeout: 5_000 })
      .toEqual([`on the line at ${url}`, expect.stringMatching(/^\/api\/telemetry was refused: 404/)]);
    await robot.stop();
    expect(robot.getStatus()).toMatchObject({ connected: false, reconnecting: false, state: "resting" });
  });
});

describe("npm run dog", () => {
  it("D77: connected, gateway killed, retrying, connected again, SIGTERM: exit 0 and a goodbye", async () => {
    const port = await freePort();
    const first = gateway(port);
    await first.listening;
    writeFileSync(
      join(dir, "dog.yaml"),
      `app_id: a\nsn: D1\nserver.url: ws://127.0.0.1:${port}/ws\nreconnect: {base_delay: 200ms, max_delay: 1s}\nstatus_every: 1s\n`,
    );
    const dog = new Dog(["--config", join(dir, "dog.yaml")], { LEASH_DOG_TOKEN: TOKEN });
    await dog.says("connected");
    await dog.says("status");
    expect(await stateOn(port)).toBe("connected");

    first.child.kill("SIGKILL");
    await first.ended;
    await dog.says("retrying", 3);
    expect(dog.lines("retrying").at(-1)).toMatch(
      /attempt=\d+\/10 to="dials again" next=[\d.]+s server=ws:.*ECONNREFUSED/,
    );

    const second = gateway(port);
    await second.listening;
    await dog.says("connected", 2);
    expect(dog.lines("connected").at(-1)).toMatch(/out=\S+ dials=\d+$/);

    dog.child.kill("SIGTERM");
    expect(await dog.ended).toBe(0);
    expect(dog.lines("stopped")).toHaveLength(1);
    await expect.poll(async () => await stateOn(port), { timeout: 5_000 }).toBe("offline");
    expect(dog.out + dog.err).not.toContain(TOKEN);
  });

  it("D77: a bad configuration and a bad command line exit 2 and say why; --check says what is right", async () => {
    const file = join(dir, "dog.yaml");
    writeFileSync(file, "app_id: a\nsn: two words\nreconnect: {max_delya: 3}\n");
    const bad = new Dog(["--config", file]);
    const wrong = new Dog(["--loud"]);
    const nothing = new Dog([]);
    expect([await bad.ended, await wrong.ended, await nothing.ended]).toEqual([2, 2, 2]);
    expect(bad.err).toContain("configuration: 4 problems");
    expect(bad.err).toContain("reconnect.max_delya: is no option; did you mean reconnect.max_delay?");
    expect(wrong.err).toMatch(/^Unknown option '--loud'\nusage: npm run dog/);
    expect(nothing.err).toContain("usage: npm run dog");
    const right = new Dog(["--url", "ws://127.0.0.1:1/ws", "--sn", "D1", "--app-id", "a", "--token", TOKEN, "--check"]);
    expect(await right.ended).toBe(0);
    expect(right.out).toContain("configuration is right: dog D1 on ws://127.0.0.1:1/ws");
    expect(right.out + right.err).not.toContain(TOKEN);
  });

  it("D77: stopped while it waits it is gone at once, with nobody there to say goodbye to", async () => {
    const port = await freePort();
    const dog = new Dog(["--url", `ws://127.0.0.1:${port}/ws`, "--sn", "D1", "--app-id", "a"], {
      LEASH_DOG_TOKEN: TOKEN,
    });
    await dog.says("retrying");
    const asked = performance.now();
    dog.child.kill("SIGINT");
    expect(await dog.ended).toBe(0);
    expect(performance.now() - asked).toBeLessThan(1_500);
  });

  it("D77: a second signal does not wait for a gateway that never answers the goodbye", async () => {
    const port = await freePort();
    const started = gateway(port);
    await started.listening;
    const dog = new Dog(["--url", `ws://127.0.0.1:${port}/ws`, "--sn", "D1", "--app-id", "a"], {
      LEASH_DOG_TOKEN: TOKEN,
    });
    await dog.says("connected");
    started.child.kill("SIGSTOP");
    const asked = performance.now();
    dog.child.kill("SIGTERM");
    await dog.says("stopping");
    // What follows within 250 ms is the same wish. Unanswered, the goodbye ends by itself with 0.
    await expect.poll(() => performance.now() - asked, { interval: 50 }).toBeGreaterThan(400);
    dog.child.kill("SIGTERM");
    const again = performance.now();
    expect(await dog.ended).toBe(1);
    expect(performance.now() - again).toBeLessThan(1_400);
    started.child.kill("SIGCONT");
  });

  it("D77: a dog whose log nobody reads any more runs on", async () => {
    const port = await freePort();
    const started = gateway(port);
    await started.listening;
    const dog = new Dog(["--url", `ws://127.0.0.1:${port}/ws`, "--sn", "D1", "--app-id", "a", "--log-level", "debug"], {
      LEASH_DOG_TOKEN: TOKEN,
    });
    await dog.says("connected");
    dog.child.stdout?.destroy();
    started.child.kill("SIGKILL");
    await started.ended;
    const again = gateway(port);
    await again.listening;
    await expect.poll(async () => await stateOn(port), { timeout: 20_000 }).not.toBe("gave_up");
    await expect
      .poll(async () => ["connected", "settling"].includes(await stateOn(port)), {
        timeout: 20_000,
      })
      .toBe(true);
    dog.child.kill("SIGTERM");
    expect(await dog.ended).toBe(0);
  });

  it("D77: nor does a reader that lives and does not read keep it from running, or from ending", async () => {
    const port = await freePort();
    await gateway(port).listening;
    const fifo = join(dir, "log");
    execFileSync("mkfifo", [fifo]);
    const full = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    expect(() => {
      for (let page = 0; page < 1_024; page++) writeSync(full, Buffer.alloc(4_096));
    }).toThrow(/EAGAIN/);
    const argv = ["--url", `ws://127.0.0.1:${port}/ws`, "--sn", "D1", "--app-id", "a"];
    const dog = new Dog(argv, { LEASH_DOG_TOKEN: TOKEN }, full);
    await expect
      .poll(async () => ["connected", "settling"].includes(await stateOn(port)), { timeout: 20_000 })
      .toBe(true);
    dog.child.kill("SIGTERM");
    expect(await dog.ended).toBe(0);
    closeSync(full);
  });
});
