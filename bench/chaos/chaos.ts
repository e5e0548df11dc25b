import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { seededRandom } from "#lib/testing/random.ts";
import { call } from "../load/api.ts";
import { bringUp, type Rig, startRig } from "../load/rig.ts";
import { check, checkRows, type DogRow } from "./checker.ts";
import { type DrainRun, drainRun, secondSignal } from "./drain-run.ts";
import { readJournal } from "./journal-file.ts";
import { type KillRun, killRun } from "./kill-run.ts";
import { type Finding, judgeCheck, judgeDrain, judgeKills, judgeRows } from "./verdict.ts";

export interface ChaosOptions {
  readonly dogs: number;
  /** How often the gateway is killed. */
  readonly runs: number;
  readonly seed: number;
  readonly seedShare: number;
  /** So many of the dogs run the product's own client. */
  readonly clients: number;
  readonly say: (line: string) => void;
}

export interface ChaosResult {
  readonly kills: readonly KillRun[];
  readonly drain: DrainRun;
  readonly second: { readonly exitMs: number; readonly exitCode: number | null };
  readonly findings: readonly Finding[];
}

/** A Leash dog's backoff starts anew after a minute on the line; killed sooner, it rightly takes longer from time to time. */
const STABLE_MS = 61_000;

/** G1 as often as asked, then G3, on one fleet and one data folder; then the books are checked. */
export async function chaos({ dogs, runs, seed, seedShare, clients, say }: ChaosOptions): Promise<ChaosResult> {
  const random = seededRandom(seed);
  const rig = await startRig({ dogs, seedShare, clients, seed });
  try {
    await bringUp(rig);
    say(`${dogs} dogs are up`);
    const kills: KillRun[] = [];
    for (let run = 1; run <= runs; run++) {
      if (run > 1) await wait(STABLE_MS);
      const killed = await killRun(rig, random);
      kills.push(killed);
      say(`kill -9, ${run} of ${runs}: ${JSON.stringify(killed)}`);
    }
    const rows = checkRows(rig.cast, await allRows(rig));
    const drain = await drainRun(rig);
    say(`SIGTERM: ${JSON.stringify(drain)}`);
    await rig.restart();
    const second = await secondSignal(rig);
    const books = check(rig.witnesses(), readJournal(join(rig.dataDir, "journal.db")));
    return {
      kills,
      drain,
      second,
      findings: [...judgeKills(kills), judgeCheck(books), judgeRows(rows, dogs), ...judgeDrain(drain, second, dogs)],
    };
  } finally {
    await rig.close();
  }
}

const PAGE = 1_000;

async function allRows(rig: Rig): Promise<DogRow[]> {
  const rows: DogRow[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === null ? {} : { cursor }) });
    const { status, body } = await call(rig.url(), "GET", `/api/dogs?${query}`);
    if (status !== 200) throw new Error(`/api/dogs: ${status} ${body}`);
    const page = JSON.parse(body) as { items: DogRow[]; next_cursor: string | null };
    rows.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null && rows.length <= 2 * rig.dogs);
  return rows;
}
