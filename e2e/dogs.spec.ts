import { liveFeed, rowOf } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C16: the whole fleet is listed with its states, and a retired dog leaves it", async ({ page, fleet }) => {
  const dogs = await fleet.pack(3, "R", (index) => ({ site: "Ningbo yard", network: "5G", firmware: `2.8.${index}` }));
  dogs[0]?.leave("reset");
  dogs[1]?.leave("goodbye");
  await page.goto("/dogs");
  await expect(liveFeed(page)).toHaveText("Live");
  await expect(rowOf(page, "R-001")).toContainText("Reconnecting");
  await expect(rowOf(page, "R-002")).toContainText("Offline");
  await expect(rowOf(page, "R-003")).toContainText("Connected");
  await expect(rowOf(page, "R-003")).toContainText("Ningbo yard");
  await expect(rowOf(page, "R-003")).toContainText("2.8.2");

  await page.getByRole("button", { name: "More for R-002" }).click();
  await page.getByRole("menuitem", { name: "Retire…" }).click();
  await page.getByRole("dialog", { name: "Retire R-002?" }).getByRole("button", { name: "Retire R-002" }).click();
  await expect(page.getByText("R-002 is retired")).toBeVisible();
  // Rows keep their place under the pointer.
  await page.getByRole("heading", { name: "Dogs" }).hover();
  await expect(rowOf(page, "R-002")).toBeHidden();
});

test.describe("a dog that stops answering", () => {
  test.use({ gatewayEnv: { SILENT_AFTER: "2s", APP_PING_READ_TIMEOUT: "9s" } });
  test("C2: is silent first and out with a network timeout then", async ({ page, fleet }) => {
    const dog = await fleet.dog({ sn: "R-010" });
    await page.goto("/dogs");
    await expect(rowOf(page, "R-010")).toContainText("Connected");
    dog.leave("silence");
    await expect(rowOf(page, "R-010")).toContainText("Silent");
    await expect(rowOf(page, "R-010")).toContainText("Reconnecting");
    await page.goto("/reconnections");
    await expect(rowOf(page, "R-010")).toContainText("Network timeout");
  });
});
