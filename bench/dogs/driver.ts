import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned } from "../measure/cores.ts";
import type { Peer } from "../peers/peer.ts";
import type { Order, Report } from "./orders.ts";

const MAIN = fileURLToPath(new URL("./driver-main.ts", import.meta.url));

/** Dogs in a process of their own, all on one server. */
export interface Driver {
  readonly pid: number;
  /** Rejects with what went wrong, or when the driver dies. */
  order(order: Order): Promise<Report>;
  stop(): Promise<void>;
}

/** Starts a driver with `dogs` dogs for `peer`; none of them dials yet. */
export async function startDriver(peer: Peer, dogs: number, pin: boolean): Promise<Driver> {
  const [command = process.execPath, ...args] = pinned("clients", pin, [process.execPath, MAIN]);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");

  async function order(next: Order): Promise<Report> {
    child.send(next);
    const [answer] = (await Promise.race([
      once(child, "message"),
      exited.then(() => [{ error: "the driver died" }]),
    ])) as [{ report?: Report; error?: string }];
    if (answer.report === undefined) throw new Error(`${peer.name}, ${next.do}: ${answer.error}`);
    return answer.report;
  }

  const driver: Driver = {
    pid: child.pid ?? 0,
    order,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
  await driver.order({ do: "pack", port: peer.port, dialect: peer.name === "socket.io" ? "socket.io" : "leash", dogs });
  return driver;
}
