import { DOG_PATH, type ServiceText } from "#lib/discovery/service-record.ts";

/** What there is to say of a gateway. */
export interface GatewayPlace {
  /** Where it listens: an address, or a name. */
  readonly host: string;
  readonly port: number;
  /** Where dogs are to dial instead: a proxy with TLS on this machine. `ws:` or `wss:`, under a host name. */
  readonly publicUrl: string | undefined;
  readonly gatewayName: string;
  readonly version: string;
}

/** What is announced of it. */
export interface AnnouncedService {
  readonly name: string;
  /** Target of the SRV record. */
  readonly host: string;
  readonly port: number;
  readonly text: ServiceText;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;
/** The configuration has already refused what looks like an address and is none. */
const LITERAL = /^(\d+(\.\d+){3}|[0-9a-f.]*:[0-9a-f:.]*)$/i;
const ANY = new Set(["0.0.0.0", "::"]);
const SUFFIX_DIGITS = 4;

/**
 * What to announce, null where nobody could reach it. The name of the instance is the gateway's with four digits of chance
 * behind it: two machines that are both called `raspberrypi` must not answer for one another.
 * @param machine this machine's name
 * @param random numbers in [0, 1)
 */
export function serviceOf(place: GatewayPlace, machine: string, random: () => number): AnnouncedService | null {
  const { port, publicUrl, gatewayName, version } = place;
  const digits = Math.floor(random() * 36 ** SUFFIX_DIGITS);
  const suffix = digits.toString(36).padStart(SUFFIX_DIGITS, "0");
  const name = `${gatewayName.replaceAll(".", "-").slice(0, 58)}-${suffix}`;
  const text = { version, gateway: gatewayName };
  if (publicUrl !== undefined) {
    const url = new URL(publicUrl);
    const isTls = url.protocol === "wss:";
    const known = { name, host: url.hostname, port: Number(url.port || (isTls ? 443 : 80)) };
    return { ...known, text: { ...text, path: url.pathname, tls: isTls ? "1" : "0" } };
  }
  const bound = place.host.replace(/^\[(.*)\]$/, "$1");
  if (LOOPBACK.test(bound)) return null;
  const address = LITERAL.test(bound) && !ANY.has(bound) ? { address: bound } : {};
  return {
    name,
    host: `${machine.replace(/\.local\.?$/i, "")}.local`,
    port,
    text: { ...text, path: DOG_PATH, tls: "0", ...address },
  };
}
