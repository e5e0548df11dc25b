/** A gateway that announced itself, as heard on the network: nothing in it is to be trusted. */
export interface DiscoveredService {
  /** Instance name. */
  readonly name: string;
  /** Target of the SRV record. */
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly string[];
  /** Where the answer came from. */
  readonly from: string | null;
  readonly text: Readonly<Record<string, string>>;
}

/** Listens for `durationMs`, then tells what it heard, in order. Rejects where this machine cannot listen. */
export type Browse = (durationMs: number) => Promise<readonly DiscoveredService[]>;
