import { expect, test } from "./fixtures/test.ts";

test.describe("expired records", () => {
  test.use({ gatewayEnv: { RECORD_TTL: "2s" } });

  test("C7: cleaning up counts them first, asks, and leaves the dogs offline", async ({ page, fleet }) => {
    const dogs = await fleet.pack(4, "K");
    for (const dog of dogs.slice(0, 3)) dog.leave("reset");
    await page.goto("/reconnections");
    await expect(page.getByRole("row")).toHaveCount(4);

    await page.getByRole("button", { name: "Clean up 3 expired…" }).click();
    const confirm = page.getByRole("dialog", { name: "Clean up 3 expired records?" });
    await confirm.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("row")).toHaveCount(4);

    await page.getByRole("button", { name: "Clean up 3 expired…" }).click();
    await confirm.getByRole("button", { name: "Clean up 3 records" }).click();
    await expect(page.getByText("3 records cleaned up")).toBeVisible();
    await expect(page.getByText("No dog is in an outage").first()).toBeVisible();
    await expect(page.getByRole("button", { name: "Clean up" })).toBeDisabled();

    await page.goto("/dogs?state=offline");
    await expect(page.getByRole("row")).toHaveCount(4);
  });
});
