import type { Page } from "@playwright/test";
import { liveFeed } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

/** Length of the magnified stretch in the address, ms; null without one. */
function shownMs(page: Page): number | null {
  const search = new URL(page.url()).searchParams;
  const [from, to] = [search.get("from"), search.get("to")];
  return from === null || to === null ? null : Date.parse(to) - Date.parse(from);
}

test("C100: the timeline zooms by button, key and wheel, down to seconds, and the address keeps it", async ({
  page,
  fleet,
}) => {
  const dog = await fleet.dog({ sn: "Z-001" });
  dog.leave("reset");
  await dog.connect();
  await page.goto("/dogs/Z-001");
  await expect(liveFeed(page)).toHaveText("Live");
  await page.getByRole("button", { name: "Closer" }).click();
  await expect.poll(() => shownMs(page)).toBeGreaterThan(60_000);
  const once = shownMs(page) ?? 0;

  const lane = page.getByRole("group", { name: /^Magnified/ });
  await lane.focus();
  await page.keyboard.press("+");
  await expect.poll(() => shownMs(page)).toBeLessThan(once);
  for (let press = 0; press < 12; press++) await page.keyboard.press("+");
  await expect.poll(() => shownMs(page)).toBe(10_000);
  await lane.hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(() => shownMs(page)).toBeGreaterThan(10_000);
  const kept = shownMs(page);
  await page.reload();
  await expect(page.getByRole("button", { name: "Back to what matters now" })).toBeVisible();
  expect(shownMs(page)).toBe(kept);

  await lane.focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Home");
  await expect.poll(() => shownMs(page)).toBeNull();
});

test("C101: a chosen window decides the stability, the outages and their files", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "Z-010" });
  dog.leave("reset");
  await page.goto("/dogs/Z-010");
  await expect(page.getByRole("button", { name: /^Watch for its next dial/ })).toBeVisible();
  const outages = page.getByRole("region", { name: "Outages" }).last();
  await expect(outages).toContainText("open");
  await dog.connect();
  await expect(outages).toContainText("recovered");
  await page.getByRole("radio", { name: "7 days" }).click();
  await expect(page).toHaveURL(/window=7d/);
  await expect(page.getByText(/^7 days/).first()).toBeVisible();
  await outages.getByRole("button", { name: /^Magnify the outage/ }).click();
  await expect.poll(() => shownMs(page)).not.toBeNull();
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Export Outages of this window as CSV" }).click(),
  ]);
  const stream = await file.createReadStream();
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  expect(text).toContain("Z-010");
});

test("C102: the timeline is a table too, with every stretch", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "Z-020" });
  dog.leave("reset");
  await page.goto("/dogs/Z-020");
  const card = page.getByRole("region", { name: "Timeline" });
  await card.getByRole("button", { name: "View as table" }).click();
  await expect(card.getByRole("table")).toContainText("Waiting");
  await expect(card.getByRole("table")).toContainText("connected");
});
