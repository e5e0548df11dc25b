import { setTimeout as wait } from "node:timers/promises";
import { call } from "../load/api.ts";
import type { Rig } from "../load/rig.ts";
import type { Witness } from "../load/witness.ts";
import { peakIn } from "./rates.ts";

/** What came of one SIGTERM. Times in ms from the signal. */
export interface DrainRun {
  readonly exitCode: number | null;
  readonly exitMs: number;
  /** When the last question was asked that `/readyz` still answered with yes; 0 where none was. */
  readonly readyUntilMs: number;
  /** How long the first no took to arrive, the machine's own slowness included. */
  readonly firstNoMs: number;
  /** Close codes of the sessions that were open at the signal, with their numbers. */
  readonly codes: Readonly<Record<string, number>>;
  /** Sessions that saw no end at all. */
  readonly unseen: number;
  readonly firstCloseMs: number;
  readonly lastCloseMs: number;
  readonly closesPeakPerSecond: number;
  /** Dials that met the draining gateway and were refused. */
  readonly refused: number;
  readonly dialsPeakPerSecond: number;
  /** Handshakes let in while draining: none. */
  readonly opened: number;
}

const EXIT_WITHIN_MS = 45_000;
const ASK_EVERY_MS = 10;
const MOST_ASKED = 500;
/** The dogs' log is written ten times a second. */
const LOG_MS = 500;

/** SIGTERM with the whole fleet on the line. */
export async function drainRun(rig: Rig): Promise<DrainRun> {
  const gateway = rig.gateway();
  const upAt = new Set(upDogs(rig.witnesses()));
  const sentAt = Date.now();
  gateway.child.kill("SIGTERM");
  const readiness = watchReadiness(rig.url(), sentAt);
  const exitCode = await Promise.race([gateway.ended, wait(EXIT_WITHIN_MS, null)]);
  const exitedAt = Date.now();
  await wait(LOG_MS);
  const seen = rig.witnesses().filter(({ at }) => at >= sentAt && at <= exitedAt + LOG_MS);
  const closes = firstEnds(seen, upAt);
  const codes: Record<string, number> = {};
  for (const { code } of closes.values()) codes[code] = (codes[code] ?? 0) + 1;
  const closedAt = [...closes.values()].map(({ at }) => at).sort((a, b) => a - b);
  const during = seen.filter(({ at }) => at <= exitedAt);
  return {
    exitCode,
    exitMs: exitedAt - sentAt,
    ...(await readiness),
    codes,
    unseen: upAt.size - closes.size,
    firstCloseMs: (closedAt[0] ?? Number.NaN) - sentAt,
    lastCloseMs: (closedAt.at(-1) ?? Number.NaN) - sentAt,
    closesPeakPerSecond: peakIn(closedAt, 1_000),
    refused: during.filter(({ did }) => did === "refused").length,
    dialsPeakPerSecond: peakIn(
      during.filter(({ did }) => did === "dial").map(({ at }) => at),
      1_000,
    ),
    opened: during.filter(({ did }) => did === "open").length,
  };
}

const MOST_WAITED_FOR = 200;

/** SIGTERM with dogs on the line again, and once more half a second later: how long that took (ms), and the exit code. */
export async function secondSignal(rig: Rig): Promise<{ readonly exitMs: number; readonly exitCode: number | null }> {
  const gateway = rig.gateway();
  await rig.upAtLeast(Math.min(MOST_WAITED_FOR, rig.dogs / 2), EXIT_WITHIN_MS);
  gateway.child.kill("SIGTERM");
  await wait(500);
  const sentAt = Date.now();
  gateway.child.kill("SIGTERM");
  const exitCode = await Promise.race([gateway.ended, wait(EXIT_WITHIN_MS, null)]);
  return { exitMs: Date.now() - sentAt, exitCode };
}

function upDogs(seen: readonly Witness[]): string[] {
  const up = new Set<string>();
  for (const { sn, did } of seen) {
    if (did === "login" || did === "let_in") up.add(sn);
    else if (did === "closed" || did === "goodbye") up.delete(sn);
  }
  return [...up];
}

function firstEnds(seen: readonly Witness[], of: ReadonlySet<string>): Map<string, { at: number; code: number }> {
  const ends = new Map<string, { at: number; code: number }>();
  for (const one of seen) {
    if (one.did === "closed" && of.has(one.sn) && !ends.has(one.sn)) ends.set(one.sn, { at: one.at, code: one.code });
  }
  return ends;
}

/** Asks every 10 ms whatever is still unanswered: a slow answer says nothing of when it was given. */
async function watchReadiness(url: string, since: number): Promise<{ readyUntilMs: number; firstNoMs: number }> {
  let readyUntilMs = 0;
  let firstNoMs = Number.POSITIVE_INFINITY;
  const asked: Promise<void>[] = [];
  while (firstNoMs === Number.POSITIVE_INFINITY && asked.length < MOST_ASKED) {
    const askedMs = Date.now() - since;
    const asking = call(url, "GET", "/readyz").then(
      ({ status }) => {
        if (status === 200) readyUntilMs = Math.max(readyUntilMs, askedMs);
        else firstNoMs = Math.min(firstNoMs, Date.now() - since);
      },
      () => {},
    );
    asked.push(asking);
    await wait(ASK_EVERY_MS);
  }
  await Promise.all(asked);
  return { readyUntilMs, firstNoMs };
}
