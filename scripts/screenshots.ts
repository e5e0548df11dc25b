// Renders the console's pages from a seeded fleet into docs/screenshots: node scripts/screenshots.ts
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright";
import { startConsole } from "../e2e/fixtures/console-process.ts";
import { freePort } from "../e2e/fixtures/free-port.ts";
import { TestFleet } from "../e2e/fixtures/test-fleet.ts";
import { stageFleet } from "./screenshots/staged-fleet.ts";

const OUT = resolve(import.meta.dirname, "../docs/screenshots");
const DOGS = 400;
const SEED = 7;
const SITE = "Ningbo yard";
/** How long a dropped site has been away when its picture is taken: sockets cut without a word are noticed by then. */
const STORM_AGE_MS = 100_000;
const SYSTEM_CHROMIUM = "/usr/bin/chromium";
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"];

interface Look {
  readonly file: string;
  readonly path: string;
  readonly colorScheme: "light" | "dark";
  readonly phone?: boolean;
  readonly locale?: "en-US" | "zh-CN";
  /** The whole scroll, not the first screen. */
  readonly full?: boolean;
  /** What the operator's hands do before the picture. */
  readonly act?: (page: Page) => Promise<void>;
}

const CALM: readonly Look[] = [
  { file: "overview-light", path: "/", colorScheme: "light" },
  { file: "overview-dark", path: "/", colorScheme: "dark" },
  { file: "reconnections-light", path: "/reconnections", colorScheme: "light", act: selectThree },
  { file: "reconnections-zh-CN-light", path: "/reconnections", colorScheme: "light", locale: "zh-CN" },
  { file: "dogs-light", path: "/dogs", colorScheme: "light" },
  { file: "dog-light", path: "/reconnections?state=reconnecting", colorScheme: "light", act: openFirst },
  { file: "overview-phone-light", path: "/", colorScheme: "light", phone: true },
  { file: "analytics-light", path: "/analytics?window=1h", colorScheme: "light", full: true },
  { file: "analytics-dark", path: "/analytics?window=1h&by=site", colorScheme: "dark", full: true },
  { file: "analytics-zh-CN-light", path: "/analytics?window=1h", colorScheme: "light", locale: "zh-CN", full: true },
  { file: "analytics-unknown-light", path: "/analytics?window=24h", colorScheme: "light" },
  { file: "analytics-phone-light", path: "/analytics?window=1h", colorScheme: "light", phone: true, full: true },
];

const STORM: readonly Look[] = [
  { file: "storm-light", path: "/", colorScheme: "light" },
  { file: "storm-phone-dark", path: "/", colorScheme: "dark", phone: true },
  { file: "analytics-storm-dark", path: "/analytics?window=15m&by=site", colorScheme: "dark", full: true },
  { file: "analytics-storm-light", path: "/analytics?window=15m&by=site", colorScheme: "light", full: true },
  { file: "analytics-storm-phone-dark", path: "/analytics?window=15m", colorScheme: "dark", phone: true, full: true },
];

/** A gateway nobody has signed in to. */
const EMPTY: readonly Look[] = [
  { file: "analytics-empty-light", path: "/analytics", colorScheme: "light", full: true },
  { file: "analytics-empty-phone-dark", path: "/analytics", colorScheme: "dark", phone: true, full: true },
];

async function selectThree(page: Page): Promise<void> {
  for (const row of [2, 3, 5]) await page.getByRole("row").nth(row).getByRole("checkbox").check();
}

async function openFirst(page: Page): Promise<void> {
  await page.getByRole("row").getByRole("link").first().click();
  await page.waitForURL(/\/dogs\//);
}

async function take(browser: Browser, baseURL: string, look: Look): Promise<void> {
  const viewport = look.phone === true ? { width: 390, height: 844 } : { width: 1_440, height: 900 };
  const context = await browser.newContext({
    baseURL,
    viewport,
    deviceScaleFactor: look.phone === true ? 2 : 1,
    isMobile: look.phone === true,
    hasTouch: look.phone === true,
    colorScheme: look.colorScheme,
    locale: look.locale ?? "en-US",
    timezoneId: "Asia/Shanghai",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(look.path);
  await page
    .getByText(/^(Live|实时)$/)
    .first()
    .waitFor();
  await look.act?.(page);
  // Charts come after the first paint, and nothing on the page says when the last is drawn.
  await wait(4_000);
  await page.screenshot({ path: join(OUT, `${look.file}.png`), fullPage: look.full === true });
  await context.close();
  process.stdout.write(`  docs/screenshots/${look.file}.png\n`);
}

/** Pictures of a gateway without dogs. */
async function takeEmpty(browser: Browser): Promise<void> {
  const nobody = await TestFleet.start(await freePort());
  const running = await startConsole(nobody.dogUrl.replace(/^ws/, "http").replace(/\/ws$/, ""));
  try {
    for (const look of EMPTY) await take(browser, running.url, look);
  } finally {
    await running.close();
    await nobody.close();
  }
}

mkdirSync(OUT, { recursive: true });
process.stdout.write(`screenshots: playing an hour of ${DOGS} dogs, seed ${SEED}\n`);
const fleet = await stageFleet(DOGS, SEED, (line) => process.stdout.write(`  ${line}\n`));
const running = await startConsole(fleet.url);
const browser = await chromium.launch({
  args: QUIET,
  ...(existsSync(SYSTEM_CHROMIUM) ? { executablePath: SYSTEM_CHROMIUM } : {}),
});
try {
  await takeEmpty(browser);
  for (const look of CALM) await take(browser, running.url, look);
  process.stdout.write(`screenshots: ${SITE} loses its uplink; ${STORM_AGE_MS / 1_000} s until the picture\n`);
  fleet.dropSite(SITE, 15 * 60_000);
  await wait(STORM_AGE_MS);
  for (const look of STORM) await take(browser, running.url, look);
} finally {
  await browser.close();
  await running.close();
  await fleet.close();
}
