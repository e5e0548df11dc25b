import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { safeText } from "#lib/protocol/safe-text.ts";
import { bearerToken } from "#server/auth/api-token.ts";
import type { Handshake } from "#server/gateway/socket.ts";

/** True for the address of a proxy whose `X-Forwarded-For` is believed. */
export type TrustedProxy = (address: string) => boolean;

/** @param entries addresses or CIDR ranges; anything else throws with the entry named. */
export function trustProxies(entries: readonly string[]): TrustedProxy {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", bits, ...more] = entry.split("/");
    const family = isIP(address);
    const isRange = bits !== undefined;
    const isBad = family === 0 || more.length > 0 || (isRange && !isPrefix(bits, family === 6 ? 128 : 32));
    if (isBad) throw new Error(`TRUSTED_PROXIES: "${entry}" is no address and no CIDR range`);
    const kind = family === 6 ? "ipv6" : "ipv4";
    if (isRange) list.addSubnet(address, Number(bits), kind);
    else list.addAddress(address, kind);
  }
  return (address) => isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** An empty one would read as 0: everybody. */
function isPrefix(bits: string, most: number): boolean {
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

/** The path of a request target, without its query. */
export function pathOf(request: IncomingMessage): string {
  const target = request.url ?? "/";
  const query = target.indexOf("?");
  return query === -1 ? target : target.slice(0, query);
}

export function readHandshake(request: IncomingMessage, trusted: TrustedProxy): Handshake {
  const bearer = bearerToken(request.headers.authorization);
  const userAgent = request.headers["user-agent"];
  const token = bearer ?? queryToken(request.url ?? "");
  return {
    remoteAddress: addressOf(request, trusted),
    token,
    tokenFrom: bearer !== undefined ? "header" : token === undefined ? undefined : "query",
    userAgent: userAgent === undefined ? undefined : safeText(userAgent),
  };
}

/** A query that is a token and nothing else, without anything that a URL escapes: what nearly every dog sends. */
const PLAIN_TOKEN = /^token=([A-Za-z0-9._~-]+)$/;

/** The seed's client writes `?token=` without escaping, so only the plain reading is tried. Empty means none. */
function queryToken(target: string): string | undefined {
  const query = target.indexOf("?");
  if (query === -1) return undefined;
  const plain = PLAIN_TOKEN.exec(target.slice(query + 1))?.[1];
  if (plain !== undefined) return plain.slice(0, 512);
  return new URLSearchParams(target.slice(query + 1)).get("token")?.slice(0, 512) || undefined;
}

/** The nearest address that is no trusted proxy. */
function addressOf(request: IncomingMessage, trusted: TrustedProxy): string {
  let address = plain(request.socket.remoteAddress ?? "");
  const forwarded = request.headers["x-forwarded-for"];
  if (forwarded === undefined) return address;
  const hops = String(forwarded).split(",");
  for (let hop = hops.pop(); hop !== undefined && trusted(address); hop = hops.pop()) {
    const next = plain(hop.trim());
    if (isIP(next) === 0) break;
    address = next;
  }
  return address;
}

const plain = (address: string) => (address.startsWith("::ffff:") ? address.slice(7) : address);
