import { liveFeed, rowOf } from "./fixtures/console-page.ts";
import { expect, test } from "./fixtures/test.ts";

test("C6: a dead gateway is announced within 6 s, locks what would act on it, and the page recovers", async ({
  page,
  fleet,
  watch,
}) => {
  const [lost, cut] = await fleet.pack(2, "G", () => ({ comesBack: false }));
  lost?.leave("reset");
  await page.goto("/reconnections");
  await expect(liveFeed(page)).toHaveText("Live");
  const force = rowOf(page, "G-001").getByRole("button", { name: /G-001/ });
  await expect(force).toBeEnabled();

  watch.allowFailedRequests();
  await fleet.gateway.kill();
  await expect(liveFeed(page)).toHaveText(/Stale|Reconnecting to the gateway/, { timeout: 6_000 });
  await expect(force).toBeDisabled();
  await expect(force).toHaveAccessibleDescription(/Locked/);
  await expect(liveFeed(page)).toHaveText(/^Stale [6-9]\s+s$/);
  // The last step of a clock may be drawn a moment after the word.
  const clocks = () => rowOf(page, "G-001").getByRole("timer").allTextContents();
  const stopped = await clocks();
  await expect(liveFeed(page)).toHaveText(/^Stale (9|\d\d)\s+s$/);
  expect(await clocks(), "clocks stand still").toEqual(stopped);

  await fleet.gateway.start();
  await expect(liveFeed(page)).toHaveText("Live", { timeout: 15_000 });
  await expect(force).toBeEnabled();
  await expect(rowOf(page, "G-002"), "its session ended with the gateway").toContainText("Gateway lost");
  await cut?.connect();
  await expect(rowOf(page, "G-002")).toBeHidden();
});

test("C6: a console whose gateway never answered says what is wrong and finds it once it is there", async ({
  page,
  fleet,
  watch,
}) => {
  await fleet.dog({ sn: "G-010" });
  await fleet.gateway.kill();
  watch.allowFailedRequests();
  await page.goto("/reconnections");
  await expect(liveFeed(page)).toHaveText(/Stale|Reconnecting to the gateway/);
  await fleet.gateway.start();
  await expect(liveFeed(page)).toHaveText("Live", { timeout: 15_000 });
  await expect(page.getByRole("heading", { name: "Reconnections" })).toBeVisible();
});
