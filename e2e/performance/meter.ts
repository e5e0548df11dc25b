import type { Page } from "@playwright/test";

export interface LongTask {
  /** Epoch ms. */
  readonly at: number;
  readonly ms: number;
}

/** What the page itself measures, under `globalThis.meter`. */
interface PageMeter {
  tasks: LongTask[];
  /** When the row of each watched dog first said that it is out, epoch ms. */
  seen: Record<string, number>;
  watch(sns: readonly string[]): void;
  /** No row says that the dog is out. */
  isUp(sn: string): boolean;
  scroll(ms: number, pxPerFrame: number): Promise<number[]>;
  frames(ms: number): Promise<number[]>;
}

/** Runs in the page, before its first script. */
function install(): void {
  const watched = new Set<string>();
  const UP = /^(Connected|Settling|Silent|Offline)$/;
  const meter: PageMeter = {
    tasks: [],
    seen: {},
    watch(sns) {
      watched.clear();
      meter.seen = {};
      for (const sn of sns) watched.add(sn);
    },
    isUp(sn) {
      const row = document.querySelector<HTMLElement>(`tr[data-sn="${CSS.escape(sn)}"]`);
      return row === null || UP.test(wordOf(row));
    },
    frames: (ms) => each(ms, () => {}),
    scroll(ms, pxPerFrame) {
      let step = pxPerFrame;
      let scroller: Element | null = null;
      return each(ms, () => {
        // Asking costs a style pass of its own: once, when the table is there.
        scroller ??= scrollerOf(document.querySelector("[role=grid]"));
        if (scroller === null) return;
        const before = scroller.scrollTop;
        scroller.scrollTop = before + step;
        if (scroller.scrollTop === before) step = -step;
      });
    },
  };
  function scrollerOf(element: Element | null): Element | null {
    for (let at = element; at !== null; at = at.parentElement)
      if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight + 1) return at;
    return null;
  }
  /** Intervals between frames for `ms`, `act` before each. */
  function each(ms: number, act: () => void): Promise<number[]> {
    return new Promise((resolve) => {
      const gaps: number[] = [];
      let last: number | undefined;
      const end = performance.now() + ms;
      const step = (time: number) => {
        if (last !== undefined) gaps.push(time - last);
        last = time;
        if (time >= end) return resolve(gaps);
        act();
        requestAnimationFrame(step);
      };
      requestAnimationFrame(step);
    });
  }
  const wordOf = (row: HTMLElement) => row.children[1]?.textContent?.trim() ?? "";
  const look = (row: HTMLElement) => {
    const sn = row.dataset.sn;
    if (sn === undefined || !watched.has(sn) || sn in meter.seen) return;
    const word = wordOf(row);
    if (word !== "" && !UP.test(word)) meter.seen[sn] = Date.now();
  };
  const rowOf = (node: Node) =>
    (node instanceof Element ? node : node.parentElement)?.closest<HTMLElement>("tr[data-sn]");
  new MutationObserver((records) => {
    if (watched.size === 0) return;
    for (const { target, addedNodes } of records) {
      const row = rowOf(target);
      if (row) look(row);
      else
        for (const node of addedNodes)
          if (node instanceof Element)
            for (const added of node.matches("tr[data-sn]") ? [node] : node.querySelectorAll("tr[data-sn]"))
              look(added as HTMLElement);
    }
  }).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ["data-sn"],
  });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      meter.tasks.push({ at: performance.timeOrigin + entry.startTime, ms: entry.duration });
  }).observe({ type: "longtask", buffered: true });
  Object.assign(globalThis, { meter });
}

/** Puts the meter into every page `page` will show. */
export const installMeter = (page: Page): Promise<unknown> => page.addInitScript(install);

/** Watches these dogs for their rows to say that they are out. */
export const watchRows = (page: Page, sns: readonly string[]): Promise<void> =>
  page.evaluate((wanted) => (globalThis as unknown as { meter: PageMeter }).meter.watch(wanted), sns);

/** When the rows changed, of those that did, epoch ms. */
export const rowsSeen = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => (globalThis as unknown as { meter: PageMeter }).meter.seen);

/** Waits until the row of one watched dog has changed, in the page itself. Returns the instant. */
export async function rowSeen(page: Page, sn: string, withinMs: number): Promise<number> {
  const handle = await page.waitForFunction(
    (wanted) => (globalThis as unknown as { meter: PageMeter }).meter.seen[wanted],
    sn,
    {
      polling: 50,
      timeout: withinMs,
    },
  );
  return Number(await handle.jsonValue());
}

/** Waits until no row says that the dog is out, in the page itself. Rejects after `withinMs`. */
export async function rowUp(page: Page, sn: string, withinMs: number): Promise<void> {
  const isUp = (wanted: string) => (globalThis as unknown as { meter: PageMeter }).meter.isUp(wanted);
  await page.waitForFunction(isUp, sn, { polling: 50, timeout: withinMs });
}

/** Tasks over 50 ms that began at or after `from` (epoch ms). */
export const longTasks = (page: Page, from: number): Promise<LongTask[]> =>
  page.evaluate(
    (at) => (globalThis as unknown as { meter: PageMeter }).meter.tasks.filter((task) => task.at >= at),
    from,
  );

/** Scrolls the table for `ms`, a step a frame. Returns the gaps between frames, ms. */
export const scrollFrames = (page: Page, ms: number, pxPerFrame = 40): Promise<number[]> =>
  page.evaluate(([time, px]) => (globalThis as unknown as { meter: PageMeter }).meter.scroll(time, px), [
    ms,
    pxPerFrame,
  ] as const);

/** Gaps between frames of the page left alone, ms: what the machine gives at all. */
export const idleFrames = (page: Page, ms: number): Promise<number[]> =>
  page.evaluate((time) => (globalThis as unknown as { meter: PageMeter }).meter.frames(time), ms);

/** The value below which `share` of them lie; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
