import { QUITTER, rowOf, shownSns } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C2: a dropped dog appears with its reason, its attempt and a countdown that moves", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "A1-0001", network: "4G" });
  await page.goto("/reconnections");
  await expect(page.getByText("No dog is in an outage").first()).toBeVisible();

  dog.leave("reset");

  const row = rowOf(page, "A1-0001");
  await expect(row).toContainText("Reset by peer");
  await expect(row.getByRole("img", { name: /attempt [3-9] of 15/i })).toBeVisible();
  const nextDial = row.getByRole("timer").first();
  const before = await nextDial.textContent();
  await expect(nextDial).not.toHaveText(before ?? "");
});

test.describe("a dog that settles for long enough to be seen at it", () => {
  test.use({ gatewayEnv: { STABLE_AFTER: "6s" } });

  test("C2: a dog that comes back is settling, and then gone from the list", async ({ page, fleet }) => {
    const dog = await fleet.dog({ sn: "A1-0002" });
    await page.goto("/reconnections");
    dog.leave("fin");
    await expect(rowOf(page, "A1-0002")).toContainText("Abnormal closure");
    await dog.connect();
    await expect(rowOf(page, "A1-0002")).toContainText("Settling");
    await expect(rowOf(page, "A1-0002")).toBeHidden();
  });
});

test("C2: a dog that gave up says so and has no next dial", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "A1-0003", schedule: QUITTER });
  dog.leave("reset");
  await page.goto("/reconnections");
  const row = rowOf(page, "A1-0003");
  await expect(row).toContainText("Gave up");
  await expect(row.getByRole("button", { name: /^Arm: it must dial in by itself/ })).toBeEnabled();
});

test("C8: tab, filter and order are in the URL, and Back takes each out again", async ({ page, fleet }) => {
  const [a, b, c, d] = await fleet.pack(4, "B", (index) => ({
    network: index % 2 === 0 ? "4G" : "Wi-Fi",
    ...(index === 3 ? { schedule: QUITTER } : {}),
  }));
  a?.leave("reset");
  b?.leave("fin");
  c?.leave("fin");
  d?.leave("reset");
  await page.goto("/reconnections");
  await expect(page.getByRole("row")).toHaveCount(5);

  await page.getByRole("radio", { name: /Gave up/ }).click();
  await expect(page.getByRole("row")).toHaveCount(2);
  await expect(page).toHaveURL(/state=gave_up/);
  await page.getByRole("radio", { name: /^All/ }).click();
  await expect(page.getByRole("row")).toHaveCount(5);

  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("checkbox", { name: "Abnormal closure" }).check();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/reason=abnormal_closure/);
  await expect(page.getByRole("row")).toHaveCount(3);

  await page.getByRole("button", { name: "Dog", exact: true }).click();
  await expect(page).toHaveURL(/sort=sn/);
  await expect.poll(() => shownSns(page)).toEqual(["B-002", "B-003"]);
  await page.getByRole("button", { name: "Dog", exact: true }).click();
  await expect.poll(() => shownSns(page)).toEqual(["B-003", "B-002"]);

  await page.goBack();
  await expect.poll(() => shownSns(page)).toEqual(["B-002", "B-003"]);
  await page.goBack();
  await expect(page).not.toHaveURL(/sort=sn/);
  await page.goBack();
  await expect(page).not.toHaveURL(/reason=/);
  await expect(page.getByRole("row")).toHaveCount(5);

  await page.goForward();
  await expect(page.getByRole("row")).toHaveCount(3);
  await page.goForward();
  await expect.poll(() => shownSns(page)).toEqual(["B-002", "B-003"]);
  await page.goForward();
  await expect.poll(() => shownSns(page)).toEqual(["B-003", "B-002"]);
  await page.reload();
  await expect.poll(() => shownSns(page), "the address holds it all").toEqual(["B-003", "B-002"]);
  await page.goBack();
  await expect.poll(() => shownSns(page), "Back goes on past a reload").toEqual(["B-002", "B-003"]);
});

test("C8: a search narrows the list and is in the URL", async ({ page, fleet }) => {
  const dogs = await fleet.pack(4, "S");
  for (const dog of dogs) dog.leave("reset");
  await page.goto("/reconnections");
  await expect(page.getByRole("row")).toHaveCount(5);
  const search = page.getByRole("searchbox", { name: /^Filter by sn/ });
  await search.fill("S-003");
  await expect.poll(() => shownSns(page)).toEqual(["S-003"]);
  await expect(page).toHaveURL(/q=S-003/);
  await page.reload();
  await expect.poll(() => shownSns(page)).toEqual(["S-003"]);
  await search.fill("nothing like it");
  await expect(page.getByText("No dog matches")).toBeVisible();
  await page.getByRole("button", { name: "Clear all filters" }).click();
  await expect(page.getByRole("row")).toHaveCount(5);
});

test("C8: a long list arrives page by page, and every dog is reached once", async ({ page, fleet }) => {
  const dogs = await fleet.pack(260, "L", () => ({ schedule: QUITTER }));
  for (const dog of dogs) dog.leave("reset");
  await page.goto("/reconnections?sort=sn&order=asc");
  await expect(page.getByRole("grid", { name: /260 rows/ })).toBeVisible();
  const seen = new Set<string>();
  await page.keyboard.press("ArrowDown");
  const cursor = page.locator("[data-sn][tabindex='0']");
  const reach = async () => {
    const isAtCursor = (await cursor.count()) > 0;
    for (const sn of await shownSns(page)) seen.add(sn);
    // On only once every row down to the cursor is drawn: what a slow machine draws later would be passed over.
    const last = [...seen].sort().at(-1);
    if (isAtCursor && last === `L-${String(seen.size).padStart(3, "0")}`) await page.keyboard.press("PageDown");
    return seen.size;
  };
  await expect.poll(reach, { timeout: 30_000, intervals: [200] }).toBe(260);
  await expect(page.getByText(/^260 rows/)).toBeVisible();
});

test("C18: the export holds every row the filter lets through", async ({ page, fleet }) => {
  const dogs = await fleet.pack(3, "X", () => ({ schedule: QUITTER }));
  for (const dog of dogs.slice(0, 2)) dog.leave("reset");
  await page.goto("/reconnections");
  await expect(page.getByRole("row")).toHaveCount(3);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const chunks: string[] = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(String(chunk));
  const lines = chunks.join("").trim().split(/\r?\n/);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("client_id");
});
