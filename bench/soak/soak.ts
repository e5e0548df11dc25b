import { request } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { type Random, seededRandom } from "#lib/testing/random.ts";
import { call, force, readMetrics, type Samples } from "../load/api.ts";
import { bringUp, type Rig, startRig } from "../load/rig.ts";
import { processUse } from "../measure/proc.ts";
import { type Heap, openHeap } from "./heap.ts";
import { type Finding, judge, type Sample } from "./trend.ts";

export interface SoakOptions {
  readonly dogs: number;
  readonly minutes: number;
  /** Share of the fleet that drops each minute, by RST, FIN, goodbye and freezing. */
  readonly churnPerMinute: number;
  readonly forcesPerMinute: number;
  readonly seed: number;
  readonly sampleEveryS: number;
  /** Every so many samples garbage is collected first, and what is alive counted. */
  readonly collectEvery: number;
  readonly warmUpS: number;
  /** MB in 10 minutes beyond what is kept on purpose. */
  readonly mostMb: number;
  /** Event streams read to the end, and when they leave (s); null for never. */
  readonly browsers: number;
  readonly browsersLeaveS: number | null;
  readonly onSample?: (sample: Sample) => void;
}

export interface SoakResult {
  readonly samples: readonly Sample[];
  readonly findings: readonly Finding[];
}

const MOST_IN_FLIGHT = 20;
const POLL_EVERY_MS = 2_000;
const POLLED = [
  "/api/fleet/summary",
  "/api/reconnection/active?limit=100",
  "/api/fleet/stats?window=1h",
  "/api/dogs?limit=100",
];
/** Ends that begin no outage. */
const NO_OUTAGE: ReadonlySet<string> = new Set(["forced_reconnect", "normal_closure", "session_replaced"]);
const HOUR_RUN_S = 1_800;

/** Churn, forces, browsers and polls for a while, on a gateway in its default configuration, watched from outside. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { dogs, seed, minutes, warmUpS } = options;
  const random = seededRandom(seed);
  // The inspector only lends its garbage collection and its count of what is alive.
  const rig = await startRig({ dogs, seedShare: 0.5, seed, env: { NODE_OPTIONS: "--inspect=127.0.0.1:0" } });
  const stopping = new AbortController();
  const tasks: Promise<void>[] = [];
  try {
    const heap = await openHeap(inspectorOf(rig));
    await bringUp(rig);
    const leaving = openBrowsers(rig, options.browsers);
    if (options.browsersLeaveS !== null) {
      tasks.push(wait(options.browsersLeaveS * 1_000, undefined, { signal: stopping.signal }).then(leaving, leaving));
    }
    tasks.push(churn(rig, options, stopping.signal), forces(rig, options, random, stopping.signal));
    tasks.push(polls(rig, stopping.signal));
    const samples = await watch(rig, heap, options);
    leaving();
    heap.close();
    const findings = judge(samples, { fromS: warmUpS, mostMb: options.mostMb, judgeRss: minutes * 60 >= HOUR_RUN_S });
    return { samples, findings };
  } finally {
    stopping.abort();
    await Promise.allSettled(tasks);
    await rig.close();
  }
}

function inspectorOf(rig: Rig): string {
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+/.exec(rig.gateway().stderr())?.[0];
  if (url === undefined) throw new Error(`no inspector: ${rig.gateway().stderr()}`);
  return url;
}

async function watch(rig: Rig, heap: Heap, options: SoakOptions): Promise<Sample[]> {
  const samples: Sample[] = [];
  const startedAt = performance.now();
  let missed = 0;
  for (let index = 0; index * options.sampleEveryS <= options.minutes * 60; index++) {
    await wait(Math.max(0, startedAt + index * options.sampleEveryS * 1_000 - performance.now()));
    const sample = await sampleOf(rig, heap, startedAt, index % options.collectEvery === 0).catch(() => undefined);
    if (!sample) {
      missed++;
      continue;
    }
    samples.push(sample);
    options.onSample?.(sample);
  }
  if (missed > samples.length / 10) throw new Error(`the gateway did not answer ${missed} times`);
  return samples;
}

/** Rejects where the gateway does not answer in time: a machine that stands still is no finding about memory. */
async function sampleOf(rig: Rig, heap: Heap, startedAt: number, collect: boolean): Promise<Sample> {
  const liveBytes = collect ? await heap.liveBytes() : null;
  const metrics = await readMetrics(rig.url());
  return read((performance.now() - startedAt) / 1_000, liveBytes, rig.gateway().pid, metrics);
}

function read(atS: number, liveBytes: number | null, pid: number, metrics: Samples): Sample {
  const { rssBytes, openFiles } = processUse(pid);
  const sizes: Record<string, number> = {};
  let events = 0;
  let outages = 0;
  for (const [name, value] of metrics) {
    const of = /^leash_size\{of="([^"]+)"\}$/.exec(name)?.[1];
    if (of !== undefined) sizes[of] = value;
    if (name.startsWith("leash_events_total")) events += value;
    const ended = /^leash_sessions_ended_total\{reason="([^"]+)"\}$/.exec(name)?.[1];
    if (ended !== undefined && !NO_OUTAGE.has(ended)) outages += value;
  }
  return {
    atS: Math.round(atS * 10) / 10,
    rssBytes,
    liveBytes,
    openFiles,
    timers: metrics.get('nodejs_active_resources{type="Timeout"}') ?? 0,
    events,
    outages,
    tickets: metrics.get('leash_events_total{type="force.requested"}') ?? 0,
    sizes,
  };
}

async function churn(rig: Rig, { dogs, churnPerMinute }: SoakOptions, signal: AbortSignal): Promise<void> {
  for (let due = 0; !signal.aborted; await wait(1_000)) {
    due += (dogs * churnPerMinute) / 60;
    const count = Math.floor(due);
    due -= count;
    rig.loads[0]?.order({ order: "suffer", fault: "mix", count });
  }
}

async function forces(rig: Rig, options: SoakOptions, random: Random, signal: AbortSignal): Promise<void> {
  let inFlight = 0;
  for (; !signal.aborted; await wait(60_000 / options.forcesPerMinute)) {
    if (inFlight >= MOST_IN_FLIGHT) continue;
    inFlight++;
    const asked = force(rig.url(), rig.cast[Math.floor(random() * rig.cast.length)] ?? "");
    void asked.catch(() => {}).finally(() => inFlight--);
  }
}

async function polls(rig: Rig, signal: AbortSignal): Promise<void> {
  for (; !signal.aborted; await wait(POLL_EVERY_MS)) {
    for (const path of POLLED) await call(rig.url(), "GET", path).catch(() => {});
  }
}

/** Returns what makes them leave. */
function openBrowsers(rig: Rig, count: number): () => void {
  const open = Array.from({ length: count }, () => {
    const asking = request(new URL("/api/events", rig.url()), { agent: false }, (stream) => {
      stream.on("error", () => {});
      stream.resume();
    });
    asking.on("error", () => {});
    asking.end();
    return asking;
  });
  return () => {
    for (const one of open) one.destroy();
  };
}
