/** What a dog reaches its gateway over; `unknown` where that cannot be told. */
export type NetworkType = "wifi" | "cellular" | "ethernet" | "unknown";

/** The way out of a dog: its default route. All null and `unknown` where there is none, and off Linux. */
export interface NetworkView {
  readonly type: NetworkType;
  readonly interface: string | null;
  readonly address: string | null;
}

/** The few files and addresses of the system the answer is read from. None of these throws. */
export interface NetworkReader {
  /** Content of a file under /proc or /sys; null where there is none. */
  read(path: string): string | null;
  exists(path: string): boolean;
  /** Addresses of an interface, without prefix length. */
  addresses(name: string): readonly string[];
}

export const NO_NETWORK: NetworkView = { type: "unknown", interface: null, address: null };

const RTF_UP = 0x1;
const RTF_REJECT = 0x200;
/** ARPHRD_ values of /sys/class/net/<if>/type. Source: linux/if_arp.h */
const ARPHRD = { ether: "1", ppp: "512", rawIp: "519" } as const;
const NAMES: readonly (readonly [RegExp, NetworkType])[] = [
  [/^wl/, "wifi"],
  [/^(ww|usb|rmnet|ppp|ccmni|pdp)/, "cellular"],
  [/^(eth|en)/, "ethernet"],
];

/**
 * The network of the default route with the lowest metric over an interface that is up; IPv6 where there is none for IPv4.
 * @param known types of interfaces whose names mislead, such as a USB modem called eth1
 * @param before the last view: its address is kept while the interface has it, so that IPv6's changing privacy addresses do
 *   not look like a new network
 */
export function readNetwork(
  reader: NetworkReader,
  known: Readonly<Record<string, NetworkType>> = {},
  before: NetworkView = NO_NETWORK,
): NetworkView {
  const route = bestOf(ipv4Routes(reader), reader) ?? bestOf(ipv6Routes(reader), reader);
  if (route === null) return NO_NETWORK;
  const { name } = route;
  const type = Object.hasOwn(known, name) ? (known[name] ?? "unknown") : typeOf(name, reader);
  return {
    type,
    interface: name,
    address: addressOf(reader.addresses(name), name === before.interface ? before : null),
  };
}

export const isSameNetwork = (one: NetworkView, other: NetworkView): boolean =>
  one.type === other.type && one.interface === other.interface && one.address === other.address;

interface Route {
  readonly name: string;
  readonly metric: number;
}

/** Source: proc(5). Destination and mask are little-endian hex, flags hex, the metric decimal. */
function ipv4Routes(reader: NetworkReader): Route[] {
  return lines(reader.read("/proc/net/route")).flatMap((line) => {
    const [name, destination, , flags, , , metric, mask] = line.split(/\s+/);
    if (name === undefined || destination !== "00000000" || mask !== "00000000") return [];
    return isUsable(flags) ? [{ name, metric: Number(metric) }] : [];
  });
}

/** Source: linux/net/ipv6/route.c. Destination, prefix length, source, its length, next hop, metric, two counters, flags: hex. */
function ipv6Routes(reader: NetworkReader): Route[] {
  return lines(reader.read("/proc/net/ipv6_route")).flatMap((line) => {
    const [destination, length, , , , metric = "", , , flags, name] = line.split(/\s+/);
    if (name === undefined || !/^0{32}$/.test(destination ?? "") || length !== "00") return [];
    return isUsable(flags) ? [{ name, metric: Number.parseInt(metric, 16) }] : [];
  });
}

const lines = (text: string | null): string[] => (text ?? "").split("\n").map((line) => line.trim());

function isUsable(flags: string | undefined): boolean {
  const bits = Number.parseInt(flags ?? "", 16);
  return (bits & RTF_UP) !== 0 && (bits & RTF_REJECT) === 0;
}

function bestOf(routes: readonly Route[], reader: NetworkReader): Route | null {
  let best: Route | null = null;
  for (const route of routes) {
    if (route.name === "lo" || !Number.isFinite(route.metric) || !isUp(route.name, reader)) continue;
    if (best === null || route.metric < best.metric) best = route;
  }
  return best;
}

/** PPP, tunnels and some modems never say more than `unknown`. A route over a pulled cable may stay for a while. */
function isUp(name: string, reader: NetworkReader): boolean {
  const state = reader.read(`/sys/class/net/${name}/operstate`)?.trim() ?? "unknown";
  return state === "up" || state === "unknown";
}

/** What the kernel says, then what the name says, then what the wire is. */
function typeOf(name: string, reader: NetworkReader): NetworkType {
  const dir = `/sys/class/net/${name}`;
  if (reader.exists(`${dir}/wireless`) || reader.exists(`${dir}/phy80211`)) return "wifi";
  const kind = /^DEVTYPE=(\S+)$/m.exec(reader.read(`${dir}/uevent`) ?? "")?.[1];
  if (kind === "wlan") return "wifi";
  if (kind === "wwan") return "cellular";
  const wire = reader.read(`${dir}/type`)?.trim();
  if (wire === ARPHRD.ppp || wire === ARPHRD.rawIp) return "cellular";
  for (const [pattern, type] of NAMES) if (pattern.test(name)) return type;
  return wire === ARPHRD.ether ? "ethernet" : "unknown";
}

function addressOf(addresses: readonly string[], before: NetworkView | null): string | null {
  const usable = addresses.filter((address) => !/^(fe80:|169\.254\.)/i.test(address));
  if (before?.address && usable.includes(before.address)) return before.address;
  return usable.find((address) => !address.includes(":")) ?? usable[0] ?? null;
}
