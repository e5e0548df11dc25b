import { devices } from "@playwright/test";
import { QUITTER } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

const { defaultBrowserType: _, ...phone } = devices["iPhone 13"];
test.use({ ...phone, viewport: { width: 390, height: 844 } });

test("C12: on a phone nothing is wider than the screen, and every page is reached from the menu", async ({
  page,
  fleet,
}) => {
  const [a, b] = await fleet.pack(3, "H");
  a?.leave("reset");
  b?.leave("fin");
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.goto("/");
  for (const [link, heading] of [
    ["Reconnections", "Reconnections"],
    ["Dogs", "Dogs"],
    ["Analytics", "Analytics"],
    ["Overview", null],
  ] as const) {
    await page.getByRole("button", { name: "Menu" }).click();
    await page
      .getByRole("navigation", { name: "Main" })
      .getByRole("link", { name: new RegExp(`^${link}`) })
      .click();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
    if (heading !== null) await expect(page.getByRole("heading", { name: heading, level: 1 })).toBeAttached();
    expect(await overflow(), `${link} scrolls sideways`).toBe(0);
  }
  await page.goto("/dogs/H-001");
  await expect(page.getByText("H-001").first()).toBeVisible();
  expect(await overflow(), "the dog's page scrolls sideways").toBe(0);
});

test("C12: a dog is forced from a phone, with a target a thumb can hit", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "H-010", schedule: QUITTER });
  dog.leave("reset");
  await page.goto("/reconnections");
  const item = page.getByRole("listitem").filter({ hasText: "H-010" });
  const force = item.getByRole("button", { name: /^Arm/ });
  const box = await force.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(36);
  await force.tap();
  await expect(item).toContainText("Armed");
  await dog.connect();
  await expect(page.getByText("H-010 is stable")).toBeVisible();
});
