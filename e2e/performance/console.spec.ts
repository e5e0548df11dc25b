import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures/test.ts";
import { TOKEN } from "../fixtures/test-fleet.ts";
import { growthMb, type HeapSample, heapSamples } from "./heap.ts";
import { idleFrames, installMeter, longTasks } from "./meter.ts";
import { Pack, serials } from "./pack.ts";
import { dropSingles, storm } from "./rehearsal.ts";
import { Report } from "./report.ts";
import { threadTime } from "./thread-time.ts";

const DOGS = Number(process.env.LEASH_BENCH_DOGS ?? 10_000);
const SINGLES = Number(process.env.LEASH_BENCH_SINGLES ?? 100);
const MINUTES = Number(process.env.LEASH_BENCH_MINUTES ?? 10);

/** Dogs a table shows without scrolling; the singles are of them. */
const SHOWN = 20;
/** Times the pack comes back while single dogs drop, and how many of those at most each time. */
const RETURNS = 3;
const SINGLES_A_RETURN = 40;
const STABLE_MS = 10_000;
const CHURN_PER_S = 50;

const ROW_MS = 500;
const TASK_MS = 100;
/** Two frames: one may be missed now and then. */
const FRAME_MS = 33.4;
/** Of one frame at 60 Hz: what the page's own thread may take of it on any machine like this one, idle or not. */
const FRAME_CPU_MS = 16.7;
const HEAP_MB = 5;

/** The newest drop on top: whoever is back counts from then and would push it out of the window. */
const OUTAGES = "/reconnections?state=reconnecting&sort=since&order=desc";
const PAGES = [
  { name: "Reconnections", path: OUTAGES, hasRows: true },
  { name: "Dogs", path: "/dogs", hasRows: true },
  { name: "Overview", path: "/", hasRows: false },
] as const;

// The gateway's own times, but for a dog to be stable: a storm ends within the run.
test.use({
  gatewayEnv: {
    STABLE_AFTER: `${STABLE_MS / 1_000}s`,
    APP_PINT_TIME: "30s",
    SILENT_AFTER: "45s",
    APP_PING_READ_TIMEOUT: "75s",
  },
});

const durations = (tasks: readonly { readonly ms: number }[]) => tasks.map(({ ms }) => ms);
const again = (sns: readonly string[], count: number) =>
  Array.from({ length: count }, (_, index) => sns[index % sns.length] ?? "");

test("the console in a storm", async ({ page, fleet, watch }) => {
  // A starved gateway may be late with an answer: the page asks again, and the delay is in the figures.
  watch.allowFailedRequests();
  const report = new Report();
  const pack = new Pack(fleet.dogUrl, TOKEN);
  try {
    const all = serials("K", DOGS);
    const shown = all.slice(0, SHOWN);
    await installMeter(page);
    const cpu = await threadTime(page);
    await pack.connect(all);
    report.note("dogs", DOGS);

    for (const { name, path, hasRows } of PAGES) {
      await page.goto(path);
      await page.waitForTimeout(4_000);
      report.add(name, "frames, left alone", await idleFrames(page, 3_000), "p95", null);
      if (hasRows)
        report.add(
          name,
          "drop -> row, one dog",
          await dropSingles(page, pack, again(shown, SINGLES), 300),
          "p99",
          ROW_MS,
        );
      await page.waitForTimeout(2_000);

      const from = Date.now();
      const hit = await storm(page, pack, all, { watched: all, awayMs: 6_000, scrolls: false });
      if (hasRows) report.add(name, "drop -> row, all at once", hit.rows, "p99", null);
      // Only where a row has one place: an outage that goes on keeps its place among the ten thousand of the storm.
      if (name === "Dogs")
        report.add(
          name,
          "drop -> row, one dog while all come back",
          await singlesOfReturns(page, pack, all, shown),
          "p99",
          ROW_MS,
        );
      await pack.connect(all);
      await page.waitForTimeout(STABLE_MS + 3_000);
      report.add(name, "long tasks, storm and back", durations(await longTasks(page, from)), "worst", TASK_MS);

      if (!hasRows) continue;
      const cpuBefore = await cpu();
      const scrolled = await storm(page, pack, all, { watched: [], awayMs: 8_000, scrolls: true });
      const perFrame = ((await cpu()) - cpuBefore) / scrolled.frames.length;
      report.single(
        name,
        "main-thread CPU a frame, scrolling in a storm",
        "ms",
        Math.round(perFrame * 10) / 10,
        FRAME_CPU_MS,
      );
      report.add(name, "frames, scrolling in a storm", scrolled.frames, "p95", FRAME_MS);
      const dropped = (100 * scrolled.frames.filter((gap) => gap > 25).length) / scrolled.frames.length;
      report.single(name, "frames dropped, scrolling", "%", Math.round(dropped * 10) / 10, null);
      report.add(name, "long tasks, scrolling in a storm", durations(scrolled.tasks), "worst", TASK_MS);
      await pack.connect(all);
      await page.waitForTimeout(STABLE_MS + 3_000);
    }

    const heap = await liveThrough(page, pack, MINUTES);
    report.note("heap", heap);
    report.single("all", `heap after ${MINUTES} min of churn, growth since the first`, "MB", growthMb(heap), HEAP_MB);
  } finally {
    await pack.close();
    process.stdout.write(`\n${report.table()}\n`);
    await report.write("console");
  }
  expect(report.missed, "budgets missed").toEqual([]);
});

/** Drop -> row of single dogs while all of them, who are away, come back; and again after each further storm. */
async function singlesOfReturns(page: Page, pack: Pack, all: readonly string[], shown: readonly string[]) {
  const delays: number[] = [];
  for (let returns = 0; returns < RETURNS; returns++) {
    if (returns > 0) await storm(page, pack, all, { watched: [], awayMs: 3_000, scrolls: false });
    await pack.connect(shown);
    let isBack = false;
    const back = pack.connect(all).then(() => {
      isBack = true;
    });
    delays.push(...(await dropSingles(page, pack, again(shown, SINGLES_A_RETURN), 50, () => !isBack)));
    await back;
  }
  return delays;
}

/** `minutes` of churn, a third of each on every page, by the console's own links. A sample before and after every minute. */
async function liveThrough(page: Page, pack: Pack, minutes: number): Promise<readonly HeapSample[]> {
  const sample = await heapSamples(page);
  await pack.churn(CHURN_PER_S);
  const samples = [await sample(0)];
  for (let minute = 1; minute <= minutes; minute++) {
    for (const name of ["Dogs", "Reconnections", "Overview"]) {
      await page.getByRole("navigation").getByRole("link", { name }).first().click();
      await page.waitForTimeout(20_000);
    }
    samples.push(await sample(minute));
  }
  await pack.churn(0);
  return samples;
}
