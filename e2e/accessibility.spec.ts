import { AxeBuilder } from "@axe-core/playwright";
import { QUITTER } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

const PAGES = [
  { name: "Overview", path: "/" },
  { name: "Reconnections", path: "/reconnections" },
  { name: "Dogs", path: "/dogs" },
  { name: "one dog", path: "/dogs/Q-001" },
];

for (const { name, path } of PAGES) {
  test(`C14: axe finds nothing serious on ${name}, light or dark`, async ({ page, fleet }) => {
    const [a, b, c] = await fleet.pack(6, "Q", (index) => (index === 1 ? { schedule: QUITTER } : {}));
    a?.leave("reset");
    b?.leave("reset");
    c?.leave("goodbye");
    const found: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.goto(path);
      await expect(page.getByText("Q-001").first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact, nodes } of violations) {
        if (impact !== "serious" && impact !== "critical") continue;
        for (const node of nodes) found.push(`${colorScheme} ${id}: ${node.target.join(" ")}: ${node.failureSummary}`);
      }
    }
    expect(found).toEqual([]);
  });
}
