import { defineConfig } from "vitest/config";

const rooms = "{lib,app,server,dog,bench,scripts}";
const integration = `${rooms}/**/*.integration.test.ts`;
const endurance = `${rooms}/**/*.endurance.test.ts`;
/** Where a machine is busy processes and sockets take longer than the second that is Vitest's own bound. */
const POLLED_FOR_MS = 10_000;

export default defineConfig({
  oxc: { jsx: { runtime: "automatic" } },
  // Outside Next the marker throws; its own empty twin is what Next uses on the server.
  resolve: { alias: { "server-only": new URL("./node_modules/server-only/empty.js", import.meta.url).pathname } },
  test: {
    environment: "node",
    restoreMocks: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${rooms}/**/*.test.{ts,tsx}`],
          exclude: [integration, endurance, "**/node_modules/**"],
          testTimeout: 5_000,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: [integration],
          pool: "forks",
          maxWorkers: 2,
          // Some start five processes one after the other: a few seconds alone, ten times that on a busy machine.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: POLLED_FOR_MS } },
        },
      },
      {
        extends: true,
        // Each of these has the machine to itself: thousands of sockets, minutes of storm.
        test: {
          name: "endurance",
          include: [endurance],
          pool: "forks",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: POLLED_FOR_MS } },
        },
      },
    ],
  },
});
