import type { PeerName } from "../peers/peer.ts";

export interface Metric {
  readonly says: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
}

/** One number of one round. `metric` is a key of the work's `metrics`. */
export interface Sample {
  readonly metric: string;
  readonly value: number;
}

export interface Context {
  /** Smaller counts: for a look while working, not for a document. */
  readonly quick: boolean;
  /** Server on one core, clients on the other. */
  readonly pin: boolean;
  readonly profileDir: string | undefined;
  readonly say: (text: string) => void;
}

/** One kind of work, done against each of its peers in turn. */
export interface Work {
  readonly name: string;
  readonly title: string;
  readonly peers: readonly PeerName[];
  /** What "bare" stands for here where it is not the bare `ws` server. */
  readonly bareIs?: string;
  readonly rounds: { readonly full: number; readonly quick: number };
  readonly metrics: Readonly<Record<string, Metric>>;
  /** One round against one peer. Throws when the work claimed was not done. */
  run(peer: PeerName, context: Context): Promise<readonly Sample[]>;
  /** What must hold across peers: complaints, or none. `of` gives the values of a metric. */
  verify?(of: (peer: PeerName, metric: string) => readonly number[]): readonly string[];
}

/** Throws unless `ok`: a bench that did not do its work has no result. */
export function assertDone(ok: boolean, claim: string): void {
  if (!ok) throw new Error(`work not done: ${claim}`);
}

/** The same answers must be of the same size on both wires. */
export function sameBytes(of: (peer: PeerName, metric: string) => readonly number[], metric: string): string[] {
  const [leash] = of("leash", metric);
  const [bare] = of("bare", metric);
  if (leash === undefined || bare === undefined || leash === bare) return [];
  return [`${metric}: ${leash} bytes from the gateway, ${bare} from the bare server`];
}
