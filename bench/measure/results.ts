import type { PeerName } from "../peers/peer.ts";
import type { Metric } from "../work/work.ts";
import { type Middle, middle, ratio } from "./statistics.ts";

/** One line of the table: a metric on every peer, and ours against each. */
export interface Row {
  readonly metric: string;
  readonly says: string;
  readonly unit: string;
  readonly better: Metric["better"];
  readonly peers: Partial<Record<PeerName, Middle>>;
  /** Medians, ours divided by theirs. */
  readonly toBare: number | null;
  readonly toSocketIo: number | null;
}

export interface WorkResult {
  readonly work: string;
  readonly title: string;
  readonly bareIs: string;
  readonly rows: readonly Row[];
  /** Why the work failed; empty where it did not. */
  readonly failures: readonly string[];
}

/** All values of one work, as they come in over the rounds. */
export class Values {
  readonly #values = new Map<string, number[]>();

  add(peer: PeerName, metric: string, value: number): void {
    if (!Number.isFinite(value)) throw new Error(`${peer} ${metric}: ${value} is no result`);
    const key = `${peer} ${metric}`;
    const values = this.#values.get(key);
    if (values) values.push(value);
    else this.#values.set(key, [value]);
  }

  of(peer: PeerName, metric: string): readonly number[] {
    return this.#values.get(`${peer} ${metric}`) ?? [];
  }

  /** One row a metric, in the order of `metrics`; those nobody has are left out. */
  rows(metrics: Readonly<Record<string, Metric>>, peers: readonly PeerName[]): readonly Row[] {
    return Object.entries(metrics).flatMap(([metric, { says, unit, better }]) => {
      const middles: Partial<Record<PeerName, Middle>> = {};
      for (const peer of peers) {
        const values = this.of(peer, metric);
        if (values.length > 0) middles[peer] = middle(values);
      }
      if (Object.keys(middles).length === 0) return [];
      const ours = middles.leash?.median;
      return [
        {
          metric,
          says,
          unit,
          better,
          peers: middles,
          toBare: ratio(ours, middles.bare?.median),
          toSocketIo: ratio(ours, middles["socket.io"]?.median),
        },
      ];
    });
  }
}
