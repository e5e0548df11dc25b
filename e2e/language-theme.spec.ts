import { rowOf } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C9: Chinese is a click away, holds over a reload, and names states and reasons", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "Z1-0001" });
  dog.leave("reset");
  await page.goto("/reconnections");
  await page.getByRole("radio", { name: "中文" }).click();
  await expect(page.getByRole("heading", { name: "重连" })).toBeVisible();
  await expect(rowOf(page, "Z1-0001")).toContainText("对端重置");
  await page.reload();
  await expect(page.getByRole("heading", { name: "重连" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  await page.getByRole("radio", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Reconnections" })).toBeVisible();
});

test("C9: the theme follows the system until one is chosen, and the choice holds", async ({ page, fleet: _ }) => {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/reconnections");
  await expect.poll(scheme).toBe("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(scheme).toBe("dark");
  await page.getByRole("button", { name: "Switch to the light theme" }).click();
  await expect.poll(scheme).toBe("light");
  await page.reload();
  await expect.poll(scheme).toBe("light");
  await page.getByRole("button", { name: "Switch to the dark theme" }).click();
  await expect.poll(scheme).toBe("dark");
});

test.describe("a browser that asks for Chinese", () => {
  test.use({ locale: "zh-CN" });
  test("C9: gets it before anything is chosen", async ({ page, fleet: _ }) => {
    await page.goto("/reconnections");
    await expect(page.getByRole("heading", { name: "重连" })).toBeVisible();
  });
});
