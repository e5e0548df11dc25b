// Preloaded into every server under measurement (`--import`): the same eyes inside all of them.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";
import type { ProbeAnswer, ProbeQuestion } from "./probe-messages.ts";

/** As prom-client samples it. An idle loop reads this much, so it is taken off what is told. */
const RESOLUTION_MS = 10;
const LONGEST_MS = 3_600_000;

if (isMainThread && process.send !== undefined) watch();

function watch(): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const over = (ns: number) => Math.min(LONGEST_MS, Math.max(0, ns / 1e6 - RESOLUTION_MS));
  process.on("message", (question: ProbeQuestion) => {
    if (question.ask === "exit") process.exit(0);
    if (question.ask === "reset") delay.reset();
    if (question.ask === "gc") globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const answer: ProbeAnswer = {
      id: question.id,
      cpuSeconds: (user + system) / 1e6,
      rssBytes: rss,
      heapBytes: heapUsed,
      externalBytes: external + arrayBuffers,
      lag: { p50: over(delay.percentile(50)), p99: over(delay.percentile(99)), max: over(delay.max) },
    };
    process.send?.(answer);
  });
  // A server outlives neither the bench nor a crash of it; without the bench it would run as it pleases.
  process.on("disconnect", () => process.exit(0));
  process.channel?.unref();
}
