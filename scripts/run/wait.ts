import { setTimeout as sleep } from "node:timers/promises";

/**
 * Polls `url` every 100 ms until it answers below 500, the signal aborts or `timeoutMs` is over.
 * Resolves to whether it answered.
 */
export async function answers(url: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (performance.now() < until && !signal.aborted) {
    try {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
      const response = await fetch(url, { redirect: "manual", signal: limit });
      await response.body?.cancel();
      if (response.status < 500) return true;
    } catch {
      // Not listening yet: the loop is bounded by timeoutMs.
    }
    await sleep(100);
  }
  return false;
}
