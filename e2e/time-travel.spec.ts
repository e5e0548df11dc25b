import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { startFourEndpointService } from "#app/_testing/four-endpoint-service.ts";
import { systemClock } from "#lib/clock/system-clock.ts";
import { liveFeed, rowOf } from "./fixtures/console-page.ts";
import { startConsole } from "./fixtures/console-process.ts";
import { expect, test } from "./fixtures/test.ts";

const past = (moment: string, path = "/") => `${path}?at=${moment}`;

/** This moment, once the gateway can tell of it: it makes its history ready a little after its start. */
async function moment(page: Page): Promise<string> {
  const at = new Date(systemClock.now()).toISOString();
  await expect
    .poll(async () => (await page.request.get(`/api/fleet/summary?at=${at}`)).status(), { timeout: 30_000 })
    .toBe(200);
  return at;
}

test("C90: a jump to before a drop shows the dog connected, while live says it is out; Esc leads back", async ({
  page,
  fleet,
}) => {
  const dog = await fleet.dog({ sn: "T-001", site: "Ningbo yard" });
  const before = await moment(page);
  dog.leave("reset");
  await page.goto("/dogs");
  await expect(rowOf(page, "T-001")).toContainText(/Reconnecting|Dialing/);

  await page.goto(past(before, "/dogs"));
  await expect(rowOf(page, "T-001")).toContainText("Connected");
  await expect(page.getByRole("region", { name: "Time travel" })).toContainText("not live");
  await expect(liveFeed(page)).toHaveText("Not live");

  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: /^Reconnections/ })
    .click();
  await expect(page).toHaveURL(/\/reconnections\?at=/);
  await expect(page.getByText("No dog is in an outage").first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/reconnections$/);
  await expect(rowOf(page, "T-001")).toBeVisible();
  await expect(liveFeed(page)).toHaveText("Live");
});

test("C91: what was is not changed by what happens: no live update reaches the past", async ({ page, fleet }) => {
  const dogs = await fleet.pack(3, "U");
  const before = await moment(page);
  await page.goto(past(before));
  const connected = page.getByRole("region", { name: "Fleet in numbers" });
  await expect(connected).toContainText(/3\s*of 3 known/);
  for (const dog of dogs) dog.leave("reset");
  // A second page sees the drops: the feed has told them to this browser.
  const live = await page.context().newPage();
  await live.goto("/reconnections");
  for (const dog of dogs) await expect(rowOf(live, dog.sn)).toBeVisible();
  await live.close();
  await expect(connected).toContainText(/3\s*of 3 known/);
  await page.getByRole("button", { name: /Back to live/ }).click();
  await expect(connected).toContainText(/0\s*of 3 known/);
});

test("C92: nothing can be acted on in the past, not by a row, a selection or the palette", async ({ page, fleet }) => {
  const dog = await fleet.dog({ sn: "L-001" });
  const at = await moment(page);
  await page.goto(past(at, "/dogs"));
  const force = rowOf(page, "L-001")
    .getByRole("button", { name: /^Force/ })
    .first();
  await expect(force).toHaveAttribute("aria-disabled", "true");
  await expect(force).toHaveAccessibleDescription(/not live/);
  await rowOf(page, "L-001").getByRole("checkbox").click();
  await expect(page.getByRole("button", { name: /^Force 1/ })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("f");
  // The first Esc clears what is selected, the next would lead back to live.
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/at=/);

  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Jump to a dog, or run a command" });
  await palette.getByRole("combobox").fill("L-001");
  await expect(palette.getByRole("option", { name: /not live/ })).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Escape");
  expect(dog.closes).toEqual([]);
});

test("C93: before history begins the page says since when there is any, and leads there", async ({
  page,
  fleet,
  watch,
}) => {
  watch.allowFailedRequests();
  await fleet.pack(2, "V");
  await moment(page);
  await page.goto(past("2020-01-01T00:00:00Z"));
  await expect(page.getByText("Nothing is kept of Jan 1, 2020")).toBeVisible();
  await page.getByRole("button", { name: /^Go to / }).click();
  await expect(page.getByRole("region", { name: "Fleet in numbers" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Time travel" })).toContainText("not live");
});

test("C94: the scrubber is worked by keys, steps and an exact time, and its right end is live", async ({
  page,
  fleet,
}) => {
  await fleet.pack(2, "W");
  await moment(page);
  await page.goto("/");
  await expect(liveFeed(page)).toHaveText("Live");
  await page.getByRole("button", { name: "Go back in time" }).click();
  const slider = page.getByRole("slider", { name: "Moment" });
  const field = page.getByLabel(/^Exact time/);
  // Until it is known where history begins, the slider reaches further back.
  await expect(field).toHaveAttribute("min", /./);
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(page).toHaveURL(/\?at=/);
  await expect(liveFeed(page)).toHaveText("Not live");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(page).not.toHaveURL(/at=/);
  await expect(liveFeed(page)).toHaveText("Live");

  await page.getByRole("button", { name: "One minute back" }).click();
  await expect(page).toHaveURL(/\?at=/);
  await page.getByRole("button", { name: "One hour on" }).click();
  await expect(page).not.toHaveURL(/at=/);

  await field.fill((await field.getAttribute("min")) ?? "");
  await field.press("Enter");
  await expect(page).toHaveURL(/\?at=/);
  await page.goBack();
  await expect(liveFeed(page)).toHaveText("Live");
});

test("C95: a dog's page is live whatever moment one came from, says so, and leads back there", async ({
  page,
  fleet,
}) => {
  await fleet.dog({ sn: "X-001" });
  const at = await moment(page);
  await page.goto(past(at, "/dogs"));
  await rowOf(page, "X-001").getByRole("link").click();
  await expect(page).toHaveURL(/\/dogs\/X-001\?at=/);
  await expect(page.getByRole("region", { name: "Time travel" })).toContainText("This page is live");
  await expect(liveFeed(page)).toHaveText("Live");
  await expect(page.getByRole("button", { name: "Close and redial" })).toBeEnabled();
  await page.getByRole("link", { name: "Dogs", exact: true }).click();
  await expect(page).toHaveURL(/\/dogs\?at=/);
});

test("C96: axe finds nothing serious in the past, light or dark, and no page is wider than a phone", async ({
  page,
  fleet,
}) => {
  test.slow();
  const [a] = await fleet.pack(3, "Y");
  a?.leave("reset");
  await page.goto("/reconnections");
  await expect(rowOf(page, "Y-001")).toBeVisible();
  const at = await moment(page);
  const found: string[] = [];
  for (const path of ["/", "/reconnections", "/dogs"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width: 1440, height: 900 });
      await page.goto(past(at, path));
      await expect(page.getByText("Y-001").first()).toBeVisible();
      await expect(page.getByRole("slider", { name: "Moment" })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, impact, nodes } of violations)
        if (impact === "serious" || impact === "critical")
          found.push(`${path} ${colorScheme} ${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    // The page is drawn for a phone a moment after its window is one.
    await expect.poll(overflow, `${path} scrolls sideways`).toBe(0);
  }
  expect(found).toEqual([]);
});

test("C97: a gateway without history has no past: the way there is locked with the reason", async ({ page }) => {
  const service = await startFourEndpointService();
  const basic = await startConsole(service.url);
  try {
    await page.goto(`${basic.url}/reconnections?at=2026-01-05T19:12:38Z`);
    await expect(liveFeed(page)).toHaveText("Basic, every 2 s");
    const button = page.getByRole("button", { name: "Go back in time" });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription(/keeps no history/);
    await expect(page.getByRole("region", { name: "Time travel" })).toBeHidden();
  } finally {
    await basic.close();
    await service.close();
  }
});
