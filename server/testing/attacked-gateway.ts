import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";

import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { type GatewayProcess, startGatewayProcess } from "./gateway-process.ts";
import { SCRATCH } from "./scratch.ts";
import { SeedDog } from "./seed-dog.ts";

const TOKEN = "attacked_shared_token_0123456789";
const LOOK_EVERY_MS = 50;
const PROBED_AFTER_MS = 300;
const PROBE = new URL("gateway-probe.ts", import.meta.url).href;
const MIB = 1024 * 1024;

/** The most memory a process held while something went on, and what it held before (MiB). */
export interface MemoryWatch {
  readonly beforeMb: number;
  /** Peak so far over `beforeMb`. */
  growthMb(): number;
  stop(): void;
}

/** The real gateway in its default production configuration, seen from outside by the operating system and by dogs. */
export class AttackedGateway {
  readonly url: string;
  readonly port: number;
  readonly token = TOKEN;
  readonly process: GatewayProcess;
  readonly #dir: string;
  readonly #dogs: SeedDog[] = [];

  constructor(process: GatewayProcess, url: string, dir: string) {
    this.process = process;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.#dir = dir;
  }

  /** Open descriptors of the process. */
  descriptors(): number {
    return readdirSync(`/proc/${this.process.pid}/fd`).length;
  }

  /** Memory resident now (MiB). */
  residentMb(): number {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${this.process.pid}/status`, "utf8"))?.[1];
    return Number(kib) / 1_024;
  }

  watchMemory(): MemoryWatch {
    const beforeMb = this.residentMb();
    let peakMb = beforeMb;
    const look = () => {
      peakMb = Math.max(peakMb, this.residentMb());
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    return {
      beforeMb,
      growthMb() {
        look();
        return peakMb - beforeMb;
      },
      stop: () => clearInterval(timer),
    };
  }

  /** One line of `/metrics` by its full name, labels included; 0 where it is not there yet. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split("\n").find((one) => one.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  }

  /** 99th percentile of the event loop's lag since this was last asked (ms). */
  async lagP99Ms(): Promise<number> {
    return (await this.metric("nodejs_eventloop_lag_p99_seconds")) * 1_000;
  }

  /** What the heap holds once its garbage is collected (MiB). */
  async heapMb(): Promise<number> {
    // Twice: the first round finalises what the second frees.
    await this.#probe();
    await this.#probe();
    return (await this.metric("nodejs_heap_size_used_bytes")) / MIB;
  }

  /** A seed dog that dials at once; stopped with the gateway. */
  dog(sn: string): SeedDog {
    const dog = new SeedDog({ url: `ws://127.0.0.1:${this.port}/ws`, token: TOKEN, sn });
    this.#dogs.push(dog);
    return dog.start();
  }

  /** Ms from the dial of a new dog to the answer of its login. */
  async loginMs(sn: string): Promise<number> {
    const from = performance.now();
    await this.dog(sn).until(({ answers }) => answers.some(({ code }) => code === 0));
    return performance.now() - from;
  }

  /** The shortest of three logins: what the gateway can do, whatever the machine did meanwhile. Each dog leaves before the next. */
  async fastestLoginMs(sn: string): Promise<number> {
    let bestMs = Number.POSITIVE_INFINITY;
    for (let tries = 0; tries < 3; tries++) {
      bestMs = Math.min(bestMs, await this.loginMs(sn));
      this.#dogs.pop()?.stop();
    }
    return bestMs;
  }

  /** Looks every 50 ms until `check` holds, for `withinMs` at most; how long it took (ms), or undefined. */
  async until(check: () => boolean | Promise<boolean>, withinMs: number): Promise<number | undefined> {
    const from = performance.now();
    while (performance.now() - from <= withinMs) {
      if (await check()) return performance.now() - from;
      await pass(LOOK_EVERY_MS);
    }
    return undefined;
  }

  /** What is wrong with it after an attack: nothing, where it lives, serves a dog and complained of nothing unexpected. */
  async complaints(): Promise<readonly string[]> {
    const found: string[] = [];
    if (this.process.child.exitCode !== null) return [`ended with ${this.process.child.exitCode}`, ...this.#trouble()];
    const health = await fetch(`${this.url}/healthz`);
    if (health.status !== 200) found.push(`/healthz says ${health.status}`);
    const dog = this.dog(`after-${process.hrtime.bigint()}`);
    const answered = dog.until(({ answers }) => answers.length === 2);
    await Promise.race([answered, pass(10_000, undefined, { ref: false })]);
    if (dog.answers.some(({ code }) => code !== 0) || dog.answers.length !== 2) found.push("a dog cannot log in");
    dog.stop();
    await this.#probe();
    return [...found, ...this.#trouble()];
  }

  async stop(): Promise<void> {
    await this.#kill();
    await rm(this.#dir, { recursive: true, force: true });
  }

  /** Kills it and starts another on the same data folder: what it journaled must be readable. Stop either. */
  async restart(): Promise<AttackedGateway> {
    await this.#kill();
    return launch(this.#dir, {});
  }

  /** Stops every dog it was asked for. */
  letDogsGo(): void {
    for (const dog of this.#dogs.splice(0)) dog.stop();
  }

  async #kill(): Promise<void> {
    this.letDogsGo();
    this.process.child.kill("SIGKILL");
    await this.process.ended;
  }

  async #probe(): Promise<void> {
    this.process.child.kill("SIGUSR2");
    await pass(PROBED_AFTER_MS);
  }

  #trouble(): string[] {
    const lines = this.process.stdout().split("\n");
    const errors = lines.filter((line) => /"level":"(error|fatal)"|nobody handled|unhandled/i.test(line));
    const said = this.process.stderr();
    return said === "" ? errors : [...errors, said];
  }
}

/** Starts one on a free port with a data folder of its own. @param env added to nothing but the dogs' token */
export async function startAttackedGateway(env: Readonly<Record<string, string>> = {}): Promise<AttackedGateway> {
  return launch(await mkdtemp(join(SCRATCH, "leash-attacked-")), env);
}

async function launch(dir: string, env: Readonly<Record<string, string>>): Promise<AttackedGateway> {
  const started = startGatewayProcess({
    DATA_DIR: dir,
    DOG_SHARED_TOKEN: TOKEN,
    NODE_OPTIONS: `--import=${PROBE}`,
    ...env,
  });
  const url = await started.listening;
  const gateway = new AttackedGateway(started, url, dir);
  // The first login compiles and opens what later ones find ready.
  await gateway.loginMs("warm-up");
  await gateway.until(async () => (await fetch(`${url}/api/fleet/horizon`)).ok, 5_000);
  return gateway;
}
