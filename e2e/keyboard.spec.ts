import { rowOf } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C10: a dog is found, selected, forced and opened with the keyboard alone", async ({ page, fleet }) => {
  const dogs = [...(await fleet.pack(3, "T")), await fleet.dog({ sn: "A-001" })];
  for (const dog of dogs) dog.leave("reset");
  await page.goto("/reconnections?sort=sn");
  await expect(page.getByRole("row")).toHaveCount(5);

  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: /^Filter by sn/ })).toBeFocused();
  await page.keyboard.type("T-00");
  await expect(page).toHaveURL(/q=T-00/);
  // Another filter takes back what was selected: the list must be the new one before anything is.
  await expect(page.getByRole("row")).toHaveCount(4);
  await page.getByRole("searchbox", { name: /^Filter by sn/ }).blur();

  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByRole("row", { selected: true })).toHaveCount(2);
  await page.keyboard.press("f");
  const confirm = page.getByRole("dialog", { name: "Force 2 dogs?" });
  await expect(confirm).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(confirm).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("row", { selected: true })).toHaveCount(0);

  await page.keyboard.press("f");
  await expect(rowOf(page, "T-003")).toContainText("Armed");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dogs\/T-003$/);
});

test("C10: whatever Tab reaches shows that it has the focus", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "T-010" });
  dog.leave("reset");
  await page.goto("/reconnections");
  await expect(rowOf(page, "T-010")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  const bare: string[] = [];
  for (let stop = 0; stop < 24; stop++) {
    await page.keyboard.press("Tab");
    const unmarked = await page.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return null;
      const within = [at, at.parentElement].some((element) => {
        if (element === null) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none";
      });
      return within ? null : at.outerHTML.slice(0, 160);
    });
    if (unmarked !== null) bare.push(unmarked);
  }
  expect(bare).toEqual([]);
});
