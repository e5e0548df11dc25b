import { liveFeed, QUITTER } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C1: the overview shows the true counts of the fleet, and follows it", async ({ page, fleet }) => {
  const dogs = await fleet.pack(9, "O", (index) => (index < 2 ? { schedule: QUITTER } : {}));
  for (const dog of dogs.slice(0, 5)) dog.leave("reset");
  dogs[5]?.leave("goodbye");
  await page.goto("/");
  await expect(liveFeed(page)).toHaveText("Live");
  const numbers = page.getByRole("region", { name: "Fleet in numbers" });
  await expect(numbers).toContainText(/Connected\s*3\s*of 9 known/);
  await expect(numbers).toContainText(/Reconnecting\s*3\D/);
  await expect(numbers).toContainText(/Gave up\s*2\D/);

  dogs[6]?.leave("fin");
  await expect(numbers).toContainText(/Connected\s*2\s*of 9 known/);
  await expect(numbers).toContainText(/Reconnecting\s*4\D/);
  await dogs[0]?.connect();
  await expect(numbers).toContainText(/Connected\s*3\s*of 9 known/);
  await expect(numbers).toContainText(/Gave up\s*1\D/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/\d of 9/);
});

test("C1: an empty fleet is told what to do next", async ({ page, fleet: _ }) => {
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "No dog has signed in yet" })).toBeVisible();
  await expect(page.getByText("npm run fleet -- --dogs 200").first()).toBeVisible();
});

test("C1: what happens shows in the live feed", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "O-100" });
  await page.goto("/");
  await expect(liveFeed(page)).toHaveText("Live");
  dog.leave("reset");
  await expect(page.getByText("dropped, reset by peer").first()).toBeVisible();
});
