import { AxeBuilder } from "@axe-core/playwright";
import { devices, type Locator, type Page } from "@playwright/test";
import { startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import type { FleetStats, LeastStable } from "#lib/contracts/fleet.ts";
import { liveFeed, QUITTER, rowOf } from "./fixtures/console-page.ts";
import { startConsole } from "./fixtures/console-process.ts";
import { expect, test } from "./fixtures/test.ts";
import type { TestFleet } from "./fixtures/test-fleet.ts";

const SITES = ["Ningbo yard", "Suzhou plant"];

/** What the API says of a window, as the page asks for it. */
async function statsOf(page: Page, query = "window=15m&by=reason"): Promise<FleetStats> {
  return (await page.request.get(`/api/fleet/stats?${query}&tz=UTC`)).json();
}

const card = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

/** Seven dogs with a past: three recovered, one of them twice; one gave up; one is still out; two never dropped. */
async function stage(page: Page, fleet: TestFleet): Promise<FleetStats> {
  const dogs = await fleet.pack(7, "N", (index) => ({
    site: SITES[index % 2] ?? "",
    network: "4G",
    firmware: "2.8.1",
    ...(index === 3 ? { schedule: QUITTER } : {}),
  }));
  const recovered = (count: number) =>
    expect.poll(async () => (await statsOf(page)).metrics.recovered, { timeout: 15_000 }).toBe(count);
  for (const dog of dogs.slice(0, 3)) dog.leave("reset");
  dogs[3]?.leave("fin");
  for (const dog of dogs.slice(0, 3)) await dog.connect();
  await recovered(3);
  dogs[0]?.leave("fin");
  await dogs[0]?.connect();
  await recovered(4);
  dogs[4]?.leave("reset");
  await expect
    .poll(async () => (await statsOf(page)).metrics, { timeout: 15_000 })
    .toMatchObject({ outages: 6, gave_up: 1 });
  return statsOf(page);
}

test("C80: every number is the API's and says what it is of", async ({ page, fleet }) => {
  const { metrics } = await stage(page, fleet);
  expect(metrics).toMatchObject({ outages: 6, decided: 5, recovered: 4, gave_up: 1, open: 1, success_rate: 0.8 });
  await page.goto("/analytics?window=15m");
  await expect(liveFeed(page)).toHaveText("Live");
  const numbers = page.getByRole("region", { name: "The window in numbers" });
  await expect(numbers).toContainText(/Success rate\s*15 min\s*80\.0\s*%\s*of 5 outages decided/);
  await expect(numbers).toContainText(/Outages\s*15 min\s*6\s*1 gave up, 1 open/);
  await expect(numbers).toContainText(/Median to recover\s*15 min.*?of 4\D/);
  await expect(numbers).toContainText(new RegExp(`Flaps\\s*15 min\\s*${metrics.flaps}\\D`));

  const least: LeastStable = await (await page.request.get("/api/fleet/least-stable?window=15m&limit=10")).json();
  expect(least.items[0]).toMatchObject({ client_id: "N-001", outages: 2, recovered: 2 });
  const dogs = card(page, "Least stable dogs").getByRole("row");
  await expect(dogs).toHaveCount(1 + least.items.length);
  for (const [index, dog] of least.items.entries())
    await expect(dogs.nth(index + 1)).toContainText(new RegExp(`^${dog.client_id}\\D.*?${dog.outages}`));

  await expect(card(page, "Attempts")).toContainText("Recovered 4, gave up 1");
  await card(page, "Least stable dogs").getByRole("link", { name: "N-001" }).click();
  await expect(page).toHaveURL(/\/dogs\/N-001/);
});

test("C79: window, grouping and order are in the address, and Back takes each out again", async ({ page, fleet }) => {
  await stage(page, fleet);
  await page.goto("/analytics");
  const windows = page.getByRole("radiogroup", { name: "Window" });
  await expect(windows.getByRole("radio", { name: "24 h" })).toBeChecked();
  await windows.getByRole("radio", { name: "15 min" }).click();
  await expect(page).toHaveURL(/window=15m/);
  await expect(card(page, "Attempts")).toContainText("15 min");

  const breakdown = card(page, "Breakdown");
  await breakdown.getByRole("radio", { name: "Site" }).click();
  await expect(page).toHaveURL(/by=site/);
  const table = page.getByRole("table", { name: "Breakdown by Site" });
  await expect(table.getByRole("row").nth(1)).toContainText("Ningbo yard");
  await table.getByRole("button", { name: "Gave up" }).click();
  await expect(page).toHaveURL(/sort=gave_up/);
  await expect(table.getByRole("columnheader", { name: "Gave up" })).toHaveAttribute("aria-sort", "descending");
  await expect(table.getByRole("row").nth(1)).toContainText("Suzhou plant");

  await page.goBack();
  await expect(table.getByRole("row").nth(1)).toContainText("Ningbo yard");
  await page.goBack();
  await expect(page.getByRole("table", { name: "Breakdown by Reason" })).toBeVisible();
  await page.goBack();
  await expect(windows.getByRole("radio", { name: "24 h" })).toBeChecked();

  await page.goForward();
  await expect(page.getByRole("table", { name: "Breakdown by Reason" })).toBeVisible();
  await page.goForward();
  await expect(table.getByRole("row").nth(1)).toContainText("Ningbo yard");
  await page.goForward();
  await expect(table.getByRole("row").nth(1)).toContainText("Suzhou plant");
  await page.reload();
  await expect(table.getByRole("row").nth(1), "the address holds it all").toContainText("Suzhou plant");
  await page.goBack();
  await expect(table.getByRole("row").nth(1), "Back goes on past a reload").toContainText("Ningbo yard");
});

test("C79: a window of one's own is chosen in local time, told in UTC, and shared by its address", async ({
  page,
  fleet,
}) => {
  await fleet.dog({ sn: "N-100" });
  await page.goto("/analytics");
  await expect(liveFeed(page)).toHaveText("Live");
  await page.getByRole("button", { name: "Window of your own" }).click();
  const dialog = page.getByRole("dialog", { name: "Window of your own" });
  await dialog.getByLabel("From").fill("2026-01-02T03:00");
  await dialog.getByLabel("To").fill("2026-01-02T01:00");
  await expect(dialog).toContainText("The end must be later than the beginning");
  await dialog.getByLabel("To").fill("2026-01-04T03:00");
  await expect(dialog).toContainText("Jan 4, 03:00:00 UTC");
  await dialog.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/from=2026-01-02T03:00:00Z&to=2026-01-04T03:00:00Z/);
  await expect(page.getByText("unknown throughout: nobody watched")).toBeVisible();
  await expect(page.getByText("Nobody watched in this window").first()).toBeVisible();
  await expect(page.getByRole("region", { name: "The window in numbers" })).toContainText(/Outages\s*2\sd\s*Unknown/);
  await page.goBack();
  await expect(page.getByRole("radio", { name: "24 h" })).toBeChecked();
});

test("C86: a reason leads to the dogs that are out by it now", async ({ page, fleet }) => {
  await stage(page, fleet);
  await page.goto("/analytics?window=1h");
  await card(page, "Why dogs drop")
    .getByRole("button", { name: /^Reset by peer.*\d/ })
    .click();
  await expect(page).toHaveURL(/\/reconnections\?reason=peer_reset/);
  await expect(rowOf(page, "N-005")).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(2);
  await page.goBack();
  await page.getByRole("link", { name: "Abnormal closure" }).click();
  await expect(rowOf(page, "N-004")).toBeVisible();
});

test("C81: every chart shows the same numbers as a table, and its legend hides a series", async ({ page, fleet }) => {
  await stage(page, fleet);
  // The page asks again once it is live. Its own answer: another, a second apart, may have a minute more.
  const answer = page.waitForResponse((response) => response.url().includes("/api/fleet/stats?"));
  await page.goto("/analytics?window=15m");
  await expect(liveFeed(page)).toHaveText("Live");
  const stats: FleetStats = await (await answer).json();
  const buttons = page.getByRole("button", { name: "View as table" });
  await expect(buttons).toHaveCount(6);
  for (let left = 6; left > 0; left--) await buttons.first().click();
  const success = page.getByRole("table", { name: "Success rate" });
  await expect(success.getByRole("row")).toHaveCount(1 + stats.outcomes.length);
  // Beside its time a row says UTC, decided, recovered, gave up, rate.
  const cells = await success.getByRole("cell").allTextContents();
  const decided = cells.filter((_, index) => index % 5 === 1).map(Number);
  expect(decided.reduce((sum, count) => sum + count, 0)).toBe(5);
  const attempts = page.getByRole("table", { name: "Attempts" });
  await expect(attempts.getByRole("row").last()).toContainText(/Gave up\s*1/);
  await expect(page.getByRole("table", { name: "When dogs drop" }).getByRole("row")).toHaveCount(25);

  await card(page, "Recovery over time").getByRole("button", { name: "View as chart" }).click();
  const p99 = card(page, "Recovery over time").getByRole("button", { name: "p99" });
  await p99.click();
  await expect(p99).toHaveAttribute("aria-pressed", "false");
});

test("C82: the heat map is walked by arrows and says what a cell counts", async ({ page, fleet }) => {
  await stage(page, fleet);
  await page.goto("/analytics?window=1h");
  const grid = page.getByRole("grid", { name: "When dogs drop" });
  const first = grid.getByRole("gridcell", { name: /00:00–01:00/ }).first();
  await first.focus();
  await page.keyboard.press("ArrowRight");
  await expect(grid.getByRole("gridcell", { name: /01:00–02:00/ }).first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(grid.getByRole("gridcell", { name: /23:00–00:00/ }).first()).toBeFocused();
  await expect(page.getByText("Of this reason")).toBeVisible();
  const counts = await grid
    .getByRole("gridcell")
    .evaluateAll((cells) => cells.map((cell) => Number(/: (\d+)$/.exec(cell.getAttribute("aria-label") ?? "")?.[1])));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
});

test("C89: the outages of the window are downloaded, as many as the page counts", async ({ page, fleet }) => {
  await stage(page, fleet);
  await page.goto("/analytics?window=1h");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Outages as CSV" }).first().click();
  const chunks: string[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(String(chunk));
  const lines = chunks.join("").trim().split(/\r?\n/);
  expect(lines[0]).toContain("client_id");
  expect(lines).toHaveLength(1 + 6);
});

test("C89: axe finds nothing serious, light or dark", async ({ page, fleet }) => {
  await stage(page, fleet);
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto("/analytics?window=1h&by=site");
    await expect(page.getByRole("grid", { name: "When dogs drop" })).toBeVisible();
    await expect(page.getByRole("application").first()).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const { id, impact, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      for (const node of nodes) found.push(`${colorScheme} ${id}: ${node.target.join(" ")}: ${node.failureSummary}`);
    }
  }
  expect(found).toEqual([]);
});

test("C89: statistics that do not arrive say so, and a press asks again", async ({ page, fleet, watch }) => {
  watch.allowFailedRequests();
  await fleet.dog({ sn: "N-200" });
  // Asked again as the feed begins: from there on the page asks by itself once a minute.
  const begun = page.waitForResponse((response) => response.url().includes("/api/fleet/stats?"));
  await page.goto("/");
  await begun;
  let isAway = true;
  await page.route("**/api/fleet/stats**", (route) =>
    isAway ? route.fulfill({ status: 500, contentType: "text/plain", body: "no" }) : route.continue(),
  );
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Analytics" }).click();
  await expect(page.getByRole("heading", { name: "Analytics" })).toBeVisible();
  await page.getByRole("radio", { name: "7 days" }).click();
  await expect(page.getByText("The statistics did not arrive")).toBeVisible();
  isAway = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("region", { name: "The window in numbers" })).toContainText(/Availability\s*7 days/);
});

test("C89: a gateway without history says so in place of the charts", async ({ page }) => {
  const service = await startFourEndpointService();
  const basic = await startConsole(service.url);
  try {
    service.dogs.set("S1-0001", { attempts: 3, reason: "网络超时", untilRetry: "8s", delay: "8s" });
    await page.goto(`${basic.url}/analytics`);
    await expect(page.getByText("This gateway keeps no history")).toBeVisible();
    await expect(page.getByRole("radiogroup", { name: "Window" })).toBeHidden();
  } finally {
    await basic.close();
    await service.close();
  }
});

test.describe("on a phone", () => {
  const { defaultBrowserType: _, ...phone } = devices["iPhone 13"];
  test.use({ ...phone, viewport: { width: 390, height: 844 } });

  test("C89: nothing is wider than the screen, in either language", async ({ page, fleet }) => {
    await stage(page, fleet);
    for (const [language, lang] of [
      ["EN", "en"],
      ["中文", "zh-CN"],
    ] as const) {
      await page.goto("/analytics?window=1h&by=site");
      await page.getByRole("button", { name: /^(Menu|菜单)$/ }).click();
      await page.getByRole("radio", { name: language }).click();
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("grid")).toBeVisible();
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wider, `${language} scrolls sideways`).toBe(0);
    }
  });
});
