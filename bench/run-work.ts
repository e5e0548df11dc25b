import { Values, type WorkResult } from "./measure/results.ts";
import type { PeerName } from "./peers/peer.ts";
import type { Context, Work } from "./work/work.ts";

const BARE = "a bare ws server that parses the same JSON and answers the same bytes";

/** Does one work, round after round, each round all peers, the first of a round another each time. */
export async function runWork(work: Work, context: Context, rounds: number): Promise<WorkResult> {
  const values = new Values();
  const failures: string[] = [];
  for (let round = 0; round < rounds && failures.length === 0; round++) {
    for (const peer of rotated(work.peers, round)) {
      if (failures.length > 0) break;
      const startedAt = performance.now();
      try {
        for (const { metric, value } of await work.run(peer, context)) values.add(peer, metric, value);
      } catch (error) {
        failures.push(`${peer}, round ${round + 1}: ${error instanceof Error ? error.message : String(error)}`);
      }
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      context.say(`  ${work.name} round ${round + 1} of ${rounds}: ${peer} (${seconds} s)`);
    }
  }
  if (work.verify && failures.length === 0) {
    failures.push(...work.verify((peer, metric) => values.of(peer, metric)));
  }
  return {
    work: work.name,
    title: work.title,
    bareIs: work.bareIs ?? BARE,
    rows: values.rows(work.metrics, work.peers),
    failures,
  };
}

/** Peers in the order of this round: a b c, b c a, c a b. */
export function rotated(peers: readonly PeerName[], round: number): readonly PeerName[] {
  const first = round % peers.length;
  return [...peers.slice(first), ...peers.slice(0, first)];
}
