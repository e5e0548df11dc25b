import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { pinned } from "../measure/cores.ts";
import type { Peer } from "../peers/peer.ts";
import type { Order, Report } from "./orders.ts";

const MAIN = fileURLToPath(new URL("./driver-main.ts", import.meta.url));

/** The clients in a process of their own. */
export interface Driver {
  readonly pid: number;
  /** Rejects with what went wrong, or when the driver dies. */
  order(order: Order): Promise<Report>;
  /** `dogs` dogs for `peer`; none of them dials yet. */
  pack(peer: Pick<Peer, "name" | "port">, dogs: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a driver that has no dogs yet. */
export function startDriver(pin: boolean): Driver {
  const [command = process.execPath, ...args] = pinned("clients", pin, [process.execPath, MAIN]);
  const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");
  child.on("error", () => {});

  async function order(next: Order): Promise<Report> {
    if (!child.connected) throw new Error(`${next.do}: the driver is gone`);
    child.send(next);
    const [answer] = (await Promise.race([
      once(child, "message"),
      exited.then(() => [{ error: "the driver died" }]),
    ])) as [{ report?: Report; error?: string }];
    if (answer.report === undefined) throw new Error(`${next.do}: ${answer.error}`);
    return answer.report;
  }

  return {
    pid: child.pid ?? 0,
    order,
    async pack({ name, port }, dogs) {
      await order({ do: "pack", port, dialect: name === "socket.io" ? "socket.io" : "leash", dogs });
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
