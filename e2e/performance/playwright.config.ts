import { defineConfig } from "@playwright/test";
import base from "../../playwright.config.ts";

/** The console in a storm at full size: `npm run bench:console`. It wants the machine to itself. */
export default defineConfig({
  ...base,
  testDir: ".",
  outputDir: "../../test-results/performance",
  fullyParallel: false,
  workers: 1,
  timeout: 40 * 60_000,
  reporter: [["list"]],
  use: { ...base.use, trace: "off", screenshot: "off" },
  projects: [{ name: "performance" }],
});
