import { expect, test } from "./fixtures/test.ts";

test("C2: a dropped dog appears with its reason, its attempt and a countdown that moves", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "A1-0001", network: "4G" });
  await page.goto("/reconnections");
  await expect(page.getByText("No dog is in an outage").first()).toBeVisible();

  dog.leave("reset");

  const row = page.getByRole("row", { name: /A1-0001/ });
  await expect(row).toContainText("Reset by peer");
  await expect(row).toContainText("network");
  await expect(row.getByRole("img", { name: /attempt \d+ of 15/i })).toBeVisible();
  const attempt = row.getByRole("img", { name: /attempt [3-9] of 15/i });
  await expect(attempt).toBeVisible();
  const timer = row.getByRole("timer").first();
  const before = await timer.textContent();
  await expect(timer).not.toHaveText(before ?? "");
});

test("C2: a dog that comes back is settling, and then gone from the list", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "A1-0002" });
  await page.goto("/reconnections");
  dog.leave("fin");
  const row = page.getByRole("row", { name: /A1-0002/ });
  await expect(row).toContainText("Reconnecting");
  await dog.connect();
  await expect(row).toContainText("Settling");
  await expect(row).toBeHidden();
});
