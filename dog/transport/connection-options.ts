import type { RequestOptions } from "node:https";
import { isIPv6, type LookupFunction } from "node:net";
import type { DialTls } from "./dial.ts";

/** What a dial and a poll share of Node's request options. */
export function connectionOptions(target: {
  readonly address?: string;
  readonly localAddress?: string;
  readonly tls?: DialTls;
}): Pick<RequestOptions, "lookup" | "localAddress" | "ca" | "cert" | "key"> {
  const { address, localAddress, tls } = target;
  return {
    ...(address === undefined ? {} : { lookup: answering(address) }),
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(tls?.ca === undefined ? {} : { ca: typeof tls.ca === "string" ? tls.ca : [...tls.ca] }),
    ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls?.key === undefined ? {} : { key: tls.key }),
  };
}

/** Stands in for the resolver, so that `Host`, the TLS server name and the certificate's check stay the URL's. */
function answering(address: string): LookupFunction {
  const family = isIPv6(address) ? 6 : 4;
  return (_host, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
}
