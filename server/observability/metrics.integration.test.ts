import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type GatewayProcess, startGatewayProcess } from "#server/testing/gateway-process.ts";
import { SCRATCH } from "#server/testing/scratch.ts";
import { readPromql } from "./testing/promql.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");

let dir = "";
let gateway: GatewayProcess;
beforeEach(async () => {
  dir = await mkdtemp(join(SCRATCH, "leash-metrics-"));
  gateway = startGatewayProcess({ DATA_DIR: dir, DOG_SHARED_TOKEN: "shared-dog-token-4711" });
});
afterEach(async () => {
  gateway.child.kill("SIGKILL");
  await gateway.ended;
  await rm(dir, { recursive: true });
});

it("G159: what a real gateway tells at /metrics is what is written, no more and no less; its sizes are those the dashboard shows", async () => {
  const url = await gateway.listening;
  const stream = new AbortController();
  await fetch(`${url}/api/events`, { signal: stream.signal });
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^leash_history_up 1$/m);
  const text = await metrics();
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  const written = [...read("docs/API.md").matchAll(/^\| `([a-z][a-z0-9_]*)` \| (counter|gauge|histogram) \|/gm)];
  expect(told.sort()).toEqual(written.map(([, name, type]) => `${name} ${type}`).sort());
  expect(text).toMatch(/^leash_size\{of="streams"\} 1$/m);
  expect(text).toMatch(/^leash_dogs\{state="connected"\} 0$/m);
  stream.abort();
  const dashboard = [...read("deploy/grafana/leash.json").matchAll(/"expr": (".*"),$/gm)];
  const expressions = dashboard.map(([, json = '""']) => JSON.parse(json) as string);
  const sizes = expressions
    .flatMap((expression) => readPromql(expression).selected)
    .flatMap(({ matchers }) => matchers.filter(({ label }) => label === "of"))
    .flatMap(({ value }) => value.split("|"));
  expect(sizes.length).toBeGreaterThan(3);
  const held = [...text.matchAll(/^leash_size\{of="([a-z_]+)"\}/gm)].map(([, of]) => of);
  expect(held).toEqual(expect.arrayContaining(sizes));
});
