import { expect, type Page } from "@playwright/test";
import analytics from "#app/_i18n/messages/en/analytics.json" with { type: "json" };
import reasons from "#app/_i18n/messages/en/reasons.json" with { type: "json" };
import { type FleetMetrics, STATS_GROUPINGS, type StatsGrouping } from "#lib/contracts/fleet.ts";
import type { GatewaySays } from "./gateway-says.ts";
import {
  card,
  expectDuration,
  expectShare,
  numberIn,
  open,
  recordsOf,
  SAME_WHEN_OPENED_WITHIN,
  SAME_WITHIN,
  textOf,
  words,
} from "./read-page.ts";

const MINUTE_MS = 60_000;
const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS) * MINUTE_MS;
const instant = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

/** Analytics: its six numbers, every grouping and its least stable dogs, of the run's minutes that are over; and of the last 15. */
export async function checkAnalytics(page: Page, says: GatewaySays, startedAt: number): Promise<void> {
  const [from, to] = [minuteOf(startedAt), minuteOf(Date.now())];
  const window = `from=${instant(from)}&to=${instant(to)}`;
  for (const by of STATS_GROUPINGS) {
    await expect(async () => {
      // What is over is not asked for again while a page is open.
      await open(page, `/analytics?${window}&by=${by}`);
      const { metrics, groups } = await says.stats(`${window}&by=${by}`);
      await checkNumbers(page, `${(to - from) / MINUTE_MS} min`, metrics);
      await checkGroups(page, by, [...groups, { key: "All", metrics }]);
    }).toPass(SAME_WHEN_OPENED_WITHIN);
  }
  await expect(async () => {
    await open(page, `/analytics?${window}`);
    await checkLeastStable(page, says, window);
  }).toPass(SAME_WHEN_OPENED_WITHIN);
  await open(page, "/analytics?window=15m");
  await expect(async () => {
    const { metrics } = await says.stats("window=15m");
    checkCounts(await numbersOf(page), "15 min", metrics);
  }).toPass(SAME_WITHIN);
}

const numbersOf = (page: Page): Promise<string> => textOf(page.getByRole("region", { name: "The window in numbers" }));

/** What is counted; it stands still where nothing happens. */
function checkCounts(text: string, span: string, metrics: FleetMetrics): void {
  const { success_rate, decided, outages, auth_outages, gave_up, open: still, recovered, flaps } = metrics;
  const rate = success_rate === null ? "None" : `${shareWords(success_rate, 1)}\\s*%`;
  expect(text).toMatch(new RegExp(`Success rate\\s*${span}\\s*${rate}\\s*of ${decided} outages? decided`));
  const lane = auth_outages === 0 ? "" : `\\+${auth_outages} auth\\s*`;
  expect(text).toMatch(new RegExp(`Outages\\s*${span}\\s*${outages}\\s*${lane}${gave_up} gave up, ${still} open`));
  if (recovered > 0) expect(text).toMatch(new RegExp(`Median to recover\\s*${span}.*?of ${recovered}\\D`));
  expect(text).toMatch(new RegExp(`Flaps\\s*${span}\\s*${flaps}\\D`));
}

/** Never 100 where it is not all, never 0 where it is not nothing. */
function shareWords(share: number, digits: number): string {
  if (share === 0 || share === 1) return String(share * 100);
  const [least, most] = [10 ** -digits, 100 - 10 ** -digits];
  return Math.min(most, Math.max(least, share * 100)).toFixed(digits);
}

async function checkNumbers(page: Page, span: string, metrics: FleetMetrics): Promise<void> {
  const text = await numbersOf(page);
  checkCounts(text, span, metrics);
  const part = (pattern: string): readonly string[] => {
    const found = new RegExp(pattern).exec(text);
    expect(found, `${pattern} in ${text}`).not.toBeNull();
    return found?.slice(1) ?? [];
  };
  const { recover_ms, recovered, outages, mean_between_ms, availability, down_ms, expected_ms } = metrics;
  if (recovered > 0) {
    const [p50 = "", p95 = "", p99 = ""] = part(
      `Median to recover\\s*${span}\\s*(.+?)\\s*of ${recovered}\\s*p95 (.+?), p99 (.+?)\\s*Outages`,
    );
    expectDuration(p50, recover_ms.p50);
    expectDuration(p95, recover_ms.p95);
    expectDuration(p99, recover_ms.p99);
  }
  if (outages > 0) {
    const [between = ""] = part(
      `Between outages\\s*${span}\\s*(.+?)\\s*mean\\s*dog-time up, ${outages} outages?\\s*Availability`,
    );
    expectDuration(between, mean_between_ms);
  }
  const [share = "", down = "", expected = ""] = part(
    `Availability\\s*${span}\\s*([\\d.]+)\\s*%\\s*of dog-time\\s*down (.+?) of (.+?)\\s*Flaps`,
  );
  expectShare(share, 2, availability);
  expectDuration(down, down_ms);
  expectDuration(expected, expected_ms);
}

/** Every row of the breakdown with each of its figures, the whole window at the end. */
async function checkGroups(
  page: Page,
  by: StatsGrouping,
  groups: readonly { readonly key: string; readonly metrics: FleetMetrics }[],
): Promise<void> {
  const heading = analytics.breakdown.by[by];
  const rows = await recordsOf(page.getByRole("table", { name: `Breakdown by ${heading}`, exact: true }));
  const nameOf = (key: string) =>
    key === "" ? "not told" : by === "reason" && key !== "All" ? words(reasons, key) : key;
  expect(rows.map((row) => row[heading]).sort()).toEqual(groups.map(({ key }) => nameOf(key)).sort());
  expect(rows.at(-1)?.[heading]).toBe("All");
  for (const { key, metrics } of groups) {
    const row = rows.find((one) => one[heading] === nameOf(key)) ?? {};
    const cell = (name: string) => row[name] ?? "";
    const counts = {
      Outages: metrics.outages,
      "Gave up": metrics.gave_up,
      ...(by === "reason" ? {} : { Flaps: metrics.flaps }),
    };
    for (const [name, count] of Object.entries(counts))
      expect([key, name, numberIn(cell(name))]).toEqual([key, name, count]);
    checkRate(cell("Success rate"), 1, metrics.success_rate, (of) => expect(numberIn(of)).toBe(metrics.decided));
    expectDuration(cell("Median to recover"), metrics.recover_ms.p50);
    expectDuration(cell("p95"), metrics.recover_ms.p95);
    if (by === "reason") continue;
    checkRate(cell("Availability"), 2, metrics.availability, (of) => expectDuration(of, metrics.expected_ms));
    expectDuration(cell("Between outages"), metrics.mean_between_ms);
  }
}

/** "96.2 % of 26", or "none". */
function checkRate(text: string, digits: number, share: number | null, checkOf: (of: string) => void): void {
  const [, percent = "", of = ""] = /^([\d.]+) % of (.+)$/.exec(text) ?? [];
  expect([text, percent === ""]).toEqual([text, share === null]);
  if (share === null) return;
  expectShare(percent, digits, share);
  checkOf(of);
}

async function checkLeastStable(page: Page, says: GatewaySays, window: string): Promise<void> {
  const { items } = await says.leastStable(`${window}&limit=10`);
  const rows = await recordsOf(card(page, "Least stable dogs"));
  expect(rows.map((row) => row.Dog)).toEqual(items.map(({ client_id }) => client_id));
  for (const [index, item] of items.entries()) {
    const row = rows[index] ?? {};
    const { client_id: sn, site, outages, gave_up, flaps, mean_recover_ms } = item;
    expect([sn, row.Site, row.Outages, row["Gave up"], row.Flaps]).toEqual([
      sn,
      site ?? "",
      String(outages),
      String(gave_up),
      String(flaps),
    ]);
    if (mean_recover_ms === null) expect(row["To recover"]).toBe("");
    else expectDuration(row["To recover"] ?? "", mean_recover_ms);
  }
}
