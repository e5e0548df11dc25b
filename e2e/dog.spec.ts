import { liveFeed } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C15: a dog's page says its state in a sentence, follows it, and forces it", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "D1-0001", network: "4G", firmware: "2.8.1", site: "Suzhou plant" });
  await page.goto("/dogs/D1-0001");
  await expect(liveFeed(page)).toHaveText("Live");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("D1-0001");
  await page.getByRole("button", { name: "Close and redial" }).click();
  await expect(page.getByText("D1-0001 is stable")).toBeVisible();
  expect(dog.closes).toEqual([4000]);

  dog.leave("reset");
  await expect(page.getByRole("button", { name: /^Watch for its next dial/ })).toBeEnabled();
  await expect(page.getByText("ECONNRESET").first()).toBeVisible();
});

test("C15: a dog nobody knows is a page that says so", async ({ page, fleet: _, watch }) => {
  watch.allowFailedRequests();
  await page.goto("/dogs/NOBODY-1");
  await expect(page.getByText(/NOBODY-1/).first()).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});
