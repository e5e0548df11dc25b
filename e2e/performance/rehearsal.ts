import type { Page } from "@playwright/test";
import { idleFrames, type LongTask, longTasks, rowSeen, rowsSeen, rowUp, scrollFrames, watchRows } from "./meter.ts";
import type { Pack } from "./pack.ts";

const SEEN_WITHIN_MS = 15_000;

/**
 * Drops these dogs one after the other while `goesOn`, `pauseMs` apart and up to half a second more; each comes back. Returns drop -> row
 * of each, ms; 15 s of one that never showed.
 */
export async function dropSingles(
  page: Page,
  pack: Pack,
  sns: readonly string[],
  pauseMs: number,
  goesOn = () => true,
): Promise<number[]> {
  const delays: number[] = [];
  for (const [index, sn] of sns.entries()) {
    if (!goesOn()) break;
    // A row that still says the drop before would be taken for this one. One that goes on saying it counts as never shown.
    const isUp = await rowUp(page, sn, SEEN_WITHIN_MS).then(
      () => true,
      () => false,
    );
    if (!isUp) {
      delays.push(SEEN_WITHIN_MS);
      continue;
    }
    await watchRows(page, [sn]);
    // By turns over half a second: no drop keeps step with a timer of the page or of the gateway.
    await page.waitForTimeout(pauseMs + ((index * 137) % 500));
    const dropped = (await pack.drop([sn])).get(sn);
    if (dropped === undefined) continue;
    const seen = await rowSeen(page, sn, SEEN_WITHIN_MS).catch(() => dropped + SEEN_WITHIN_MS);
    delays.push(seen - dropped);
    await pack.connect([sn]);
  }
  return delays;
}

export interface Storm {
  /** Drop -> row of the watched dogs that the table shows. */
  readonly rows: readonly number[];
  readonly tasks: readonly LongTask[];
  /** Gaps between frames while the table scrolls. */
  readonly frames: readonly number[];
}

/** Everything drops at once and stays away for `awayMs`. Rows of `watched` are timed; with `scrolls` the table moves meanwhile. */
export async function storm(
  page: Page,
  pack: Pack,
  all: readonly string[],
  options: { readonly watched: readonly string[]; readonly awayMs: number; readonly scrolls: boolean },
): Promise<Storm> {
  await watchRows(page, options.watched);
  const from = Date.now();
  const dropped = await pack.drop(all);
  const frames = options.scrolls ? await scrollFrames(page, options.awayMs) : await idleFrames(page, options.awayMs);
  const seen = await rowsSeen(page);
  const rows = Object.entries(seen).map(([sn, at]) => at - (dropped.get(sn) ?? Number.NaN));
  return { rows, tasks: await longTasks(page, from), frames };
}
