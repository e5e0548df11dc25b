/** The DNS-SD service of a gateway: `_leash._tcp` in `local` (RFC 6763), as the library takes it. */
export const SERVICE_TYPE = "leash";

/** Where dogs dial, unless the TXT record says otherwise. */
export const DOG_PATH = "/ws";

/** The TXT record of a gateway. */
export interface ServiceText {
  /** Path dogs dial. */
  readonly path: string;
  /** `1`: the port speaks TLS, and its certificate is for the SRV record's target. */
  readonly tls: "0" | "1";
  readonly version: string;
  /** Name of the gateway. */
  readonly gateway: string;
  /** The one address it is bound to; absent: any of the announced ones leads to it. */
  readonly address?: string;
}
