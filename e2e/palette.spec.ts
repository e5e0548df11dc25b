import { liveFeed } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C17: Ctrl-K jumps to a dog, to a page, and switches the theme", async ({ page, fleet }) => {
  await fleet.pack(3, "PAL");
  await page.goto("/");
  await expect(liveFeed(page)).toHaveText("Live");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Jump to a dog, or run a command" });
  await palette.getByRole("combobox").fill("PAL-002");
  await expect(palette.getByRole("option", { name: /PAL-002/ }).first()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dogs\/PAL-002$/);

  await page.keyboard.press("Control+k");
  await palette.getByRole("combobox").fill("Reconnections");
  await palette.getByRole("option", { name: "Go to Reconnections" }).click();
  await expect(page).toHaveURL(/\/reconnections$/);

  await page.keyboard.press("Control+k");
  await palette.getByRole("combobox").fill("dark");
  await palette.getByRole("option", { name: "Switch to the dark theme" }).click();
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe("dark");
});
