import type { NetworkReader } from "../network-type.ts";

export interface FakeInterface {
  /** Metric of its IPv4 default route; absent: it has none. */
  readonly metric?: number;
  readonly metric6?: number;
  readonly operstate?: string;
  /** ARPHRD_ value. */
  readonly type?: string;
  readonly uevent?: string;
  /** Folders beside them, `wireless` or `phy80211`. */
  readonly has?: readonly string[];
  readonly addresses?: readonly string[];
}

const ZEROS = "0".repeat(32);

/** A machine whose interfaces a test sets; its files are written as Linux 6 writes them. */
export class FakeNetworkReader implements NetworkReader {
  interfaces: Readonly<Record<string, FakeInterface>>;

  constructor(interfaces: Readonly<Record<string, FakeInterface>> = {}) {
    this.interfaces = interfaces;
  }

  read(path: string): string | null {
    if (path === "/proc/net/route") return this.#ipv4Routes();
    if (path === "/proc/net/ipv6_route") return this.#ipv6Routes();
    const [, name, file] = /^\/sys\/class\/net\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    const one = this.interfaces[name ?? ""];
    if (one === undefined) return null;
    if (file === "operstate") return `${one.operstate ?? "up"}\n`;
    if (file === "type") return `${one.type ?? "1"}\n`;
    if (file === "uevent") return one.uevent ?? `INTERFACE=${name}\nIFINDEX=2\n`;
    return null;
  }

  exists(path: string): boolean {
    const [, name, file] = /^\/sys\/class\/net\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
    return this.interfaces[name ?? ""]?.has?.includes(file ?? "") ?? false;
  }

  addresses(name: string): readonly string[] {
    return this.interfaces[name]?.addresses ?? [];
  }

  #ipv4Routes(): string {
    const head = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
    const rows = Object.entries(this.interfaces).flatMap(([name, { metric }]) => [
      `${name}\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0`,
      ...(metric === undefined ? [] : [`${name}\t00000000\t0101A8C0\t0003\t0\t0\t${metric}\t00000000\t0\t0\t0`]),
    ]);
    return [head, ...rows].map((row) => `${row.padEnd(127)}\n`).join("");
  }

  #ipv6Routes(): string {
    const rows = Object.entries(this.interfaces).flatMap(([name, { metric6 }]) => {
      if (metric6 === undefined) return [];
      const metric = metric6.toString(16).padStart(8, "0");
      return [
        `${ZEROS} 00 ${ZEROS} 00 fe800000000000000000000000000001 ${metric} 00000003 00000000 00450003 ${name.padStart(8)}`,
      ];
    });
    const unreachable = `${ZEROS} 00 ${ZEROS} 00 ${ZEROS} ffffffff 00000001 00000000 00200200       lo`;
    return [...rows, unreachable].map((row) => `${row}\n`).join("");
  }
}
