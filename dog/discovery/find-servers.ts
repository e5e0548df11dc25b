import { isIP } from "node:net";
import { isSecure, parseServers } from "#dog/servers/server-list.ts";
import { DOG_PATH } from "#lib/discovery/service-record.ts";
import type { Browse, DiscoveredService } from "./browse.ts";

export interface FindServersOptions {
  /** Absent: the static servers alone. */
  readonly browse?: Browse;
  /** Used after whatever is discovered; may be empty. */
  readonly staticServers?: readonly string[];
  /** Take a gateway's word over ws, or under any name: whoever is on the network can then be the gateway, and is shown the token. */
  readonly allowInsecure?: boolean;
  /** Host names a discovered wss server may have, beside those of the static servers. */
  readonly names?: readonly string[];
  /** Servers this dog has elsewhere are wss, or are ws: so are those it finds. Absent: only the static servers say. */
  readonly secure?: boolean;
  /** How long to listen, ms (2,000). */
  readonly durationMs?: number;
}

export interface FoundServer {
  readonly url: string;
  readonly source: "mdns" | "static";
  /** As the gateway calls itself. */
  readonly gateway: string | null;
  readonly version: string | null;
  /** Announced for the URL's host: where to connect if names do not resolve. TLS server name and Host stay the URL's. */
  readonly addresses: readonly string[];
}

export interface FoundServers {
  readonly servers: readonly FoundServer[];
  /** What was heard and not used, for the log. */
  readonly ignored: readonly string[];
}

const BROWSE_MS = 2_000;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i;
const PATH = /^\/[A-Za-z0-9._~/-]{0,127}$/;

/**
 * The servers of a dog: those that announce themselves, then the static ones, each once (seed 3.2; mDNS and Bonjour are one
 * protocol). Anybody on the network can announce, so:
 * 1. where the static servers are wss, a discovered one is used only with wss and under a name of theirs or of `names`: it can
 *    move a dog to another port or address, and must still hold the certificate;
 * 2. elsewhere `allowInsecure` is needed for ws, and for wss under an unknown name;
 * 3. the list is of one kind: the static servers', or wss where any was found.
 * A failing browse is one line in `ignored`. Throws `ServerListError` for bad static servers.
 */
export async function findServers(options: FindServersOptions): Promise<FoundServers> {
  const { browse, staticServers = [], durationMs = BROWSE_MS } = options;
  const fixed = staticServers.length === 0 ? [] : parseServers(staticServers, "static servers");
  const ignored: string[] = [];
  const heard = await (browse?.(durationMs) ?? Promise.resolve([])).catch((error: unknown) => {
    ignored.push(`discovery: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  });
  const found = heard.flatMap((service) => {
    const server = serverOf(service);
    const why = typeof server === "string" ? server : refusal(server, fixed, options);
    if (why === null && typeof server !== "string") return [server];
    ignored.push(`${shown(service.name) ?? "a gateway without a name"}: ${why}`);
    return [];
  });
  const secure = demandedKind(fixed, options) ?? found.some(({ url }) => isSecure(url));
  const servers = new Map<string, FoundServer>();
  for (const server of found) {
    if (isSecure(server.url) !== secure) ignored.push(`${server.url}: the other servers are ${secure ? "wss" : "ws"}`);
    else if (!servers.has(server.url)) servers.set(server.url, server);
  }
  for (const url of fixed) {
    const key = new URL(url).href;
    if (!servers.has(key)) servers.set(key, { url, source: "static", gateway: null, version: null, addresses: [] });
  }
  return { servers: [...servers.values()], ignored };
}

/** Host -> announced addresses, as a name resolver's fallbacks. */
export function announcedAddresses({ servers }: FoundServers): Readonly<Record<string, readonly string[]>> {
  const entries = servers.filter(({ addresses }) => addresses.length > 0);
  return Object.fromEntries(entries.map(({ url, addresses }) => [new URL(url).hostname, addresses]));
}

/** The server a service stands for, or why it stands for none. */
function serverOf(service: DiscoveredService): FoundServer | string {
  const { port, text } = service;
  const path = text.path || DOG_PATH;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return "announces no port";
  if (!PATH.test(path)) return "announces a path that is none";
  const addresses = reachable(service);
  const isTls = text.tls === "1";
  const host = isTls ? service.host.replace(/\.$/, "") : addresses[0];
  if (host === undefined) return "announces no address";
  if (isTls && (!HOST_NAME.test(host) || isIP(host) > 0)) return "announces TLS without a host name";
  const url = `${isTls ? "wss" : "ws"}://${isIP(host) === 6 ? `[${host}]` : host}:${port}${path}`;
  if (!URL.canParse(url)) return "announces no address a URL can hold";
  return {
    url: new URL(url).href,
    source: "mdns",
    gateway: shown(text.gateway),
    version: shown(text.version),
    addresses: isTls ? addresses : [],
  };
}

/** The address the answer came from is known to lead there, if it is one of them; link-local ones need a zone no URL has. */
function reachable({ addresses, from, text }: DiscoveredService): readonly string[] {
  const usable = [...new Set(text.address ? [text.address] : addresses)].filter(
    (address) => isIP(address) > 0 && !/^(fe[89ab].:|169\.254\.)/i.test(address),
  );
  if (usable.length === 0) return from !== null && isIP(from) > 0 && !from.includes("%") ? [from] : [];
  const rank = (address: string) => (address === from ? 0 : isIP(address) === 4 ? 1 : 2);
  return usable.sort((one, other) => rank(one) - rank(other));
}

const demandedKind = ([first]: readonly string[], { secure }: FindServersOptions): boolean | undefined =>
  first === undefined ? secure : isSecure(first);

function refusal(server: FoundServer, fixed: readonly string[], options: FindServersOptions): string | null {
  const { allowInsecure = false, names = [] } = options;
  const isWss = isSecure(server.url);
  const demandsWss = demandedKind(fixed, options) === true;
  if (demandsWss && !isWss) return `${server.url} is not wss, as the static servers are`;
  const known = new Set([...fixed.map((url) => new URL(url).hostname), ...names.map((name) => name.toLowerCase())]);
  if (isWss && known.has(new URL(server.url).hostname)) return null;
  if (demandsWss) return `${server.url} has a name that neither the static servers nor the configured names have`;
  if (allowInsecure) return null;
  return `${server.url} is ${isWss ? "under an unknown name" : "not wss"}, and insecure discovery is not allowed`;
}

/** What a stranger calls itself, fit for a log. */
function shown(text: string | undefined): string | null {
  const clean = (text ?? "").replace(/[^\x20-\x7e]/g, "?").slice(0, 64);
  return clean === "" ? null : clean;
}
