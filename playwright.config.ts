import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const systemChromium = "/usr/bin/chromium";

// A browser that is only ever asked for loopback must not look anything up by itself.
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Minutes long and the machine to itself: `npm run bench:console` has a configuration of its own. */
const OF_THE_BENCH = ["performance/**"];

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      args: quiet,
      ...(existsSync(systemChromium) ? { executablePath: systemChromium } : {}),
    },
  },
  projects: [
    { name: "chromium", testIgnore: [...OF_THE_BENCH, "storm.spec.ts"] },
    // Timed: it has the machine to itself, after the journeys.
    {
      name: "storm",
      testMatch: "storm.spec.ts",
      testIgnore: OF_THE_BENCH,
      dependencies: ["chromium"],
      fullyParallel: false,
    },
  ],
});
