import { liveFeed, QUITTER, rowOf } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test.describe("a dog that settles for long enough to be seen at it", () => {
  test.use({ gatewayEnv: { STABLE_AFTER: "6s" } });

  test("C3: a forced connected dog is closed, redials, signs in and ends stable", async ({ page, fleet }) => {
    const dog = await fleet.dog({ sn: "F1-0001" });
    await page.goto("/dogs");
    await expect(liveFeed(page)).toHaveText("Live");

    await rowOf(page, "F1-0001").getByRole("button", { name: "Close and redial: F1-0001" }).click();

    await expect(rowOf(page, "F1-0001")).toContainText("Signed in");
    await expect(page.getByText("F1-0001 is stable")).toBeVisible();
    expect(dog.closes).toEqual([4000]);
    expect(dog.logins).toBe(2);
  });
});

test.describe("a force that is waited for no longer than a journey lasts", () => {
  test.use({ gatewayEnv: { FORCE_DEADLINE: "6s" } });

  test("C4: a forced dog that never dials ends expired, never as a success", async ({ page, fleet }) => {
    const dog = await fleet.dog({ sn: "F1-0002" });
    dog.leave("reset");
    await page.goto("/reconnections");
    await expect(liveFeed(page)).toHaveText("Live");

    await rowOf(page, "F1-0002").getByRole("button", { name: "Watch for its next dial: F1-0002" }).click();

    await expect(rowOf(page, "F1-0002")).toContainText("Armed");
    await expect(page.getByText("F1-0002 did not dial in")).toBeVisible({ timeout: 15_000 });
    await expect(page.getByText("F1-0002 is stable")).toBeHidden();
    await expect(
      rowOf(page, "F1-0002").getByRole("button", { name: "Watch for its next dial: F1-0002" }),
    ).toBeEnabled();
  });
});

test("C4: an armed dog that gave up and then dials in by itself ends stable", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "F1-0003", schedule: QUITTER });
  dog.leave("reset");
  await page.goto("/reconnections");
  await rowOf(page, "F1-0003").getByRole("button", { name: "Arm: it must dial in by itself: F1-0003" }).click();
  await expect(rowOf(page, "F1-0003")).toContainText("Armed");
  await dog.connect();
  await expect(page.getByText("F1-0003 is stable")).toBeVisible();
});

test.describe("a dog that is not stable before the journey is over", () => {
  test.use({ gatewayEnv: { STABLE_AFTER: "60s" } });

  test("C4: a forced dog that drops again before it is stable has failed, and is told so", async ({ page, fleet }) => {
    const dog = await fleet.dog({ sn: "F1-0004" });
    dog.leave("reset");
    await page.goto("/reconnections");
    await rowOf(page, "F1-0004")
      .getByRole("button", { name: /^Watch/ })
      .click();
    await expect(rowOf(page, "F1-0004")).toContainText("Armed");
    await dog.connect();
    await expect(rowOf(page, "F1-0004")).toContainText("Signed in");
    dog.leave("reset");
    await expect(page.getByText("F1-0004 did not come back")).toBeVisible();
    await expect(page.getByText("It dropped again before it was stable")).toBeVisible();
  });
});

test.describe("a batch", () => {
  test.use({ gatewayEnv: { FORCE_RATE: "1", FORCE_DEADLINE: "60s" } });

  test("C5: all that match are counted, paced, and the rest can be stopped", async ({ page, fleet }) => {
    const dogs = await fleet.pack(24, "P");
    await page.goto("/dogs");
    await expect(page.getByRole("row")).toHaveCount(25);
    await page.getByRole("checkbox", { name: "Select P-001" }).check();
    await page.getByRole("button", { name: "Select all 24 that match" }).click();
    await page.getByRole("button", { name: /^Force 24/ }).click();

    const confirm = page.getByRole("dialog", { name: "Force 24 dogs?" });
    await expect(confirm).toContainText("Closes are paced at 1 a second: about 24 s.");
    await confirm.getByRole("textbox").fill("firmware 2.8.1 rollout");
    await confirm.getByRole("button", { name: "Force 24 dogs" }).click();

    const batch = page.getByRole("region", { name: "Forced dogs" });
    await expect(batch).toContainText(/[1-9]\d* stable/);
    await batch.getByRole("button", { name: /^Stop the other/ }).click();
    await expect(batch).toContainText("24 of 24 through", { timeout: 15_000 });
    await expect(batch).toContainText(/[1-9]\d* stopped/);

    const closed = dogs.filter((dog) => dog.closes.length > 0).length;
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThan(24);
    await expect(page.getByText(new RegExp(`${closed} stable`)).first()).toBeVisible();
  });
});
