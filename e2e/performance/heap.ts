import type { Page } from "@playwright/test";

export interface HeapSample {
  readonly minute: number;
  readonly heapMb: number;
  readonly nodes: number;
  readonly listeners: number;
}

/** What is alive in the page after a collection. */
export async function heapSamples(page: Page): Promise<(minute: number) => Promise<HeapSample>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable");
  await devtools.send("HeapProfiler.enable");
  return async (minute) => {
    // What the first collection lets go of frees more at the second.
    await devtools.send("HeapProfiler.collectGarbage");
    await devtools.send("HeapProfiler.collectGarbage");
    const { metrics } = await devtools.send("Performance.getMetrics");
    const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
    return {
      minute,
      heapMb: Math.round(of("JSHeapUsedSize") / 10_485.76) / 100,
      nodes: of("Nodes"),
      listeners: of("JSEventListeners"),
    };
  };
}

/** MB the heap grew since the end of its first minute, when everything a page keeps is there. */
export function growthMb(samples: readonly HeapSample[]): number {
  const [, first] = samples;
  const last = samples.at(-1);
  return first === undefined || last === undefined ? Number.NaN : Math.round((last.heapMb - first.heapMb) * 100) / 100;
}
