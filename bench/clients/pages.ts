import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { spread } from "../measure/statistics.ts";
import type { Order, Report } from "./orders.ts";

type Get = Extract<Order, { do: "get" }>;

/** GETs one page after the other over one connection. Rejects on anything but 200. */
export async function getPages({ port, paths, times, pauseMs, walk }: Get): Promise<Report> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const latencies: number[] = [];
  let bytes = 0;
  let body = "";
  let cursor: string | null = null;
  for (let i = 0; i < times; i++) {
    if (i % walk === 0) cursor = null;
    const path = paths[Math.floor(i / walk) % paths.length] ?? "/";
    const target =
      cursor === null ? path : `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
    const askedAt = performance.now();
    body = await fetchBody(agent, port, target);
    latencies.push(performance.now() - askedAt);
    bytes += body.length;
    if (walk > 1) cursor = nextCursor(body);
    await sleep(pauseMs);
  }
  agent.destroy();
  const { user, system } = process.cpuUsage(cpu);
  return {
    answers: latencies.length,
    answerBytes: bytes,
    wallMs: performance.now() - startedAt,
    latency: spread(latencies),
    refusals: 0,
    driverCpuSeconds: (user + system) / 1e6,
    body,
  };
}

function fetchBody(agent: Agent, port: number, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  get({ agent, port, path, host: "127.0.0.1" }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      if (response.statusCode === 200) resolve(body);
      else reject(new Error(`${path}: ${response.statusCode} ${body.slice(0, 200)}`));
    });
  }).on("error", reject);
  return promise;
}

function nextCursor(body: string): string | null {
  return (JSON.parse(body) as { next_cursor?: string | null }).next_cursor ?? null;
}
