import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "#lib/testing/random.ts";
import { readMetrics } from "../load/api.ts";
import type { Rig } from "../load/rig.ts";
import type { Witness } from "../load/witness.ts";
import { burstAbove, handshakes, leastBurst, peakIn, quantile } from "./rates.ts";
import { startTraffic } from "./traffic.ts";
import { ADMITTED_PER_SECOND } from "./verdict.ts";

/** What came of one `kill -9`. Times in ms; `back` counts from listening again. */
export interface KillRun {
  readonly bootMs: number;
  readonly back99Ms: number;
  readonly back100Ms: number;
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Handshakes let in, as the dogs saw it: the most in any second, and the most above 1,000/s over any stretch. */
  readonly peakPerSecond: number;
  readonly burst: number;
  /** What the gateway must have let in at once, by the dials and openings alone. */
  readonly leastBurst: number;
  readonly refused: number;
  /** Dials without any answer after it listened again: timeouts, dropped SYNs. */
  readonly failed: number;
  /** Logins answered before their commit, and saying so: no promise. */
  readonly unacknowledged: number;
}

const DOWN_MS = 2_000;
const BACK_WITHIN_MS = 120_000;
/** A while in which everyone is up and things happen, the kill somewhere in it. */
const TRAFFIC_MS = [1_500, 3_500] as const;

/** Kills the gateway amid traffic, starts it again 2 s later on the same port and data, and waits until all are back. */
export async function killRun(rig: Rig, random: Random): Promise<KillRun> {
  const traffic = startTraffic(rig, random);
  await wait(TRAFFIC_MS[0] + random() * (TRAFFIC_MS[1] - TRAFFIC_MS[0]));
  const killedAt = Date.now();
  rig.gateway().child.kill("SIGKILL");
  await Promise.all([rig.gateway().ended, traffic.stop()]);
  await wait(DOWN_MS);
  const startedAt = Date.now();
  await rig.restart();
  const listensAt = Date.now();
  await readMetrics(rig.url());
  await rig.upAtLeast(rig.dogs, BACK_WITHIN_MS);
  const metrics = await readMetrics(rig.url());
  const seen = rig.witnesses().filter(({ at }) => at >= killedAt);
  const back = backTimes(seen, listensAt);
  const opened = seen.filter(({ did }) => did === "open").map(({ at }) => at);
  return {
    bootMs: listensAt - startedAt,
    back99Ms: quantile(back, 0.99),
    back100Ms: quantile(back, 1),
    loopP99Ms: (metrics.get("nodejs_eventloop_lag_p99_seconds") ?? Number.NaN) * 1_000,
    loopMaxMs: (metrics.get("nodejs_eventloop_lag_max_seconds") ?? Number.NaN) * 1_000,
    peakPerSecond: peakIn(opened, 1_000),
    burst: Math.round(burstAbove(opened, ADMITTED_PER_SECOND)),
    leastBurst: Math.round(leastBurst(handshakes(seen), ADMITTED_PER_SECOND)),
    refused: seen.filter(({ did }) => did === "refused").length,
    failed: seen.filter(({ did, at }) => did === "failed" && at >= listensAt).length,
    unacknowledged: metrics.get("leash_logins_unacknowledged_total") ?? 0,
  };
}

/** When each dog was first back, ascending. */
function backTimes(seen: readonly Witness[], listensAt: number): number[] {
  const first = new Map<string, number>();
  for (const { sn, did, at } of seen)
    if ((did === "login" || did === "let_in") && !first.has(sn)) first.set(sn, at - listensAt);
  return [...first.values()].sort((a, b) => a - b);
}
