import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Driver, startDriver } from "../clients/driver.ts";
import { scratchFolder } from "../measure/scratch.ts";
import { type Peer, startPeer } from "../peers/peer.ts";
import { populated } from "./populated.ts";
import { assertDone, type Context, type Metric, type Sample, type Work } from "./work.ts";

const SIZES = [1_000, 10_000, 100_000] as const;
type Size = (typeof SIZES)[number];

/** What is asked, and how many pages of a list are walked by cursor before it is asked for anew. */
const QUESTIONS = {
  active: { paths: ["/api/reconnection/active?limit=100"], walk: 20, says: "active, pages of 100" },
  filtered: {
    paths: filteredPaths(),
    walk: 1,
    says: "active, filtered and sorted, first 100",
  },
  summary: { paths: ["/api/fleet/summary"], walk: 1, says: "summary" },
  stats: { paths: ["/api/fleet/stats?window=1h"], walk: 1, says: "stats of an hour" },
} as const;
type Question = keyof typeof QUESTIONS;
const NAMES = Object.keys(QUESTIONS) as Question[];

/** Different enough that none is answered from the cache of the one before. */
function filteredPaths(): readonly string[] {
  const paths: string[] = [];
  for (const sort of ["sn", "state", "reason", "attempts", "network", "last_event", "last_seen", "flaps"])
    for (const order of ["asc", "desc"])
      for (const network of ["5g", "wifi", "ethernet"])
        paths.push(
          `/api/reconnection/active?limit=100&category=network&network=${network}&sort=${sort}&order=${order}`,
        );
  return paths;
}

const PAUSE_MS = 10;
/** After its start the gateway catches up with derived changes; a console asks later than that. */
const SETTLE_MS = 1_000;

const label = (size: Size) => `${size / 1_000}k`;

function metrics(): Record<string, Metric> {
  const all: Record<string, Metric> = {};
  for (const name of NAMES)
    for (const size of SIZES)
      for (const rank of ["p50", "p99"] as const)
        all[`${name}_${label(size)}_${rank}`] = {
          says: `${QUESTIONS[name].says}, ${size.toLocaleString("en-US")} dogs offline, ${rank}`,
          unit: "ms",
          better: "lower",
        };
  return all;
}

/** Lists and counts of a fleet that is offline, as a console asks for them: one question after the other. */
export const listing: Work = {
  name: "listing",
  title: "Lists and counts of offline dogs",
  peers: ["leash", "bare"],
  bareIs: "Fastify that serialises ready rows of the same size: no query, no fold, no schema",
  rounds: { full: 2, quick: 1 },
  metrics: metrics(),
  async run(peer, context) {
    return peer === "leash" ? oursOf(context) : bareOf(context);
  },
};

async function oursOf(context: Context): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const size of context.quick ? SIZES.slice(0, 2) : SIZES) {
    const dataDir = await populated(size);
    await withServer(
      await startPeer("leash", { pin: context.pin, dataDir, profileDir: context.profileDir }),
      context,
      async (peer, driver) => {
        await sleep(SETTLE_MS);
        for (const name of NAMES) {
          const { paths, walk } = QUESTIONS[name];
          const report = await ask(driver, peer.port, paths, walk, context);
          remember(size, name, report.body);
          samples.push(...samplesOf(name, size, report));
        }
      },
    );
  }
  return samples;
}

/** Asks for what our gateway answered in this run, byte for byte. */
async function bareOf(context: Context): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const size of context.quick ? SIZES.slice(0, 2) : SIZES) {
    const folder = folderOf(size);
    await withServer(
      await startPeer("bare", { pin: context.pin, readyRows: folder }),
      context,
      async (peer, driver) => {
        for (const name of NAMES)
          samples.push(...samplesOf(name, size, await ask(driver, peer.port, [`/${name}`], 1, context)));
      },
    );
  }
  return samples;
}

async function ask(driver: Driver, port: number, paths: readonly string[], walk: number, context: Context) {
  const times = context.quick ? 60 : 200;
  await driver.order({ do: "get", port, paths, times: 20, pauseMs: 5, walk });
  const report = await driver.order({ do: "get", port, paths, times, pauseMs: PAUSE_MS, walk });
  assertDone(report.answers === times, `${times} answers to ${paths[0]}`);
  return report;
}

const samplesOf = (
  name: Question,
  size: Size,
  { latency }: { latency: { p50: number; p99: number } | null },
): Sample[] => [
  { metric: `${name}_${label(size)}_p50`, value: latency?.p50 ?? 0 },
  { metric: `${name}_${label(size)}_p99`, value: latency?.p99 ?? 0 },
];

let answersDir: string | undefined;

function folderOf(size: Size): string {
  answersDir ??= scratchFolder().path;
  const folder = join(answersDir, label(size));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Keeps an answer for the baseline; a list must hold the rows it was asked for. */
function remember(size: Size, name: Question, body = ""): void {
  const { items } = JSON.parse(body) as { items?: readonly unknown[] };
  assertDone(items === undefined || items.length === 100, `100 rows of ${name}, ${items?.length} came`);
  writeFileSync(join(folderOf(size), `${name}.json`), body);
}

async function withServer(
  peer: Peer,
  { pin }: Context,
  act: (peer: Peer, driver: Driver) => Promise<void>,
): Promise<void> {
  const driver = startDriver(pin);
  try {
    await act(peer, driver);
  } finally {
    await driver.stop();
    await peer.stop();
  }
}
