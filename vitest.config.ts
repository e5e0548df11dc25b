import { defineConfig } from "vitest/config";

const rooms = "{lib,app,server,dog,scripts}";
const integration = `${rooms}/**/*.integration.test.ts`;

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
          exclude: [integration, "**/node_modules/**"],
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
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
    ],
  },
});
