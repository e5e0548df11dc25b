import type { Clock } from "#lib/clock/clock.ts";

const MOST_ANSWERS = 64;

/** Identical questions share one answer for a while, those that are still being answered included. What failed is asked anew. */
export function createAnswerCache<T>(clock: Clock): (key: string, goodMs: number, ask: () => Promise<T>) => Promise<T> {
  const held = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();

  function trim(): void {
    for (const [key, { until }] of held) if (until <= clock.monotonic()) held.delete(key);
    for (const key of held.keys()) {
      if (held.size < MOST_ANSWERS) return;
      held.delete(key);
    }
  }
  return (key, goodMs, ask) => {
    const hit = held.get(key);
    if (hit && clock.monotonic() < hit.until) return hit.answer;
    trim();
    const answer = ask();
    const entry = { answer, until: clock.monotonic() + goodMs };
    held.set(key, entry);
    answer.catch(() => {
      if (held.get(key) === entry) held.delete(key);
    });
    return answer;
  };
}
