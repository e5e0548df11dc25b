import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { OutageRecord } from "#lib/contracts/fleet.ts";
import { startApi } from "./testing/api-harness.ts";
import { outageRecordOf } from "./testing/fake-history.ts";

const ROWS = 1_000_000;
const PAGE_ROWS = 500;
const MIB = 1024 * 1024;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function* pages(): Generator<readonly OutageRecord[]> {
  for (let made = 0; made < ROWS; made += PAGE_ROWS) {
    yield Array.from({ length: PAGE_ROWS }, (_, i) => outageRecordOf(`dog-${made + i}`, 1_700_000_000_000 + made + i));
  }
}

interface Taken {
  lines: number;
  bytes: number;
  last: string;
  mostHeap: number;
  mostRss: number;
}

/** Reads a file slowly: it pauses for a few ms after every 4 MiB, and looks at the memory then. */
function readSlowly(port: number, path: string, start: Pick<Taken, "mostHeap" | "mostRss">): Promise<Taken> {
  const taken: Taken = { lines: 0, bytes: 0, last: "", ...start };
  let sinceLook = 0;
  return new Promise((resolve, reject) => {
    const asking = request({ port, path, agent: false }, (response) => {
      response.on("data", (chunk: Buffer) => {
        taken.bytes += chunk.length;
        sinceLook += chunk.length;
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) taken.lines++;
        taken.last = chunk.subarray(-16).toString("utf8");
        if (sinceLook < 4 * MIB) return;
        sinceLook = 0;
        response.pause();
        collect();
        taken.mostHeap = Math.max(taken.mostHeap, process.memoryUsage().heapUsed);
        taken.mostRss = Math.max(taken.mostRss, process.memoryUsage().rss);
        setTimeout(() => response.resume(), 5);
      });
      response.on("end", () => (response.complete ? resolve(taken) : reject(new Error("cut short"))));
      response.on("error", reject);
    });
    asking.on("error", reject).end();
  });
}

it.each(["csv", "json"])("G156: a million rows leave as %s to a slow reader in constant memory", async (format) => {
  const w = await startApi();
  try {
    await w.api.listen({ host: "127.0.0.1", port: 0 });
    const { port } = w.api.server.address() as AddressInfo;
    w.history.outagePages = { [Symbol.iterator]: pages } as unknown as typeof w.history.outagePages;
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    const began = performance.now();
    const taken = await readSlowly(port, `/api/fleet/outages.${format}`, { mostHeap: heapUsed, mostRss: rss });
    const seconds = (performance.now() - began) / 1_000;
    const grown = { heapMiB: (taken.mostHeap - heapUsed) / MIB, rssMiB: (taken.mostRss - rss) / MIB };
    expect(taken.lines).toBe(format === "csv" ? ROWS + 1 : ROWS + 2);
    expect(taken.last.endsWith(format === "csv" ? "\r\n" : "\n]\n")).toBe(true);
    expect(taken.bytes).toBeGreaterThan(100 * MIB);
    expect(grown.heapMiB).toBeLessThan(16);
    expect(grown.rssMiB).toBeLessThan(128);
    expect(seconds).toBeLessThan(60);
    expect(w.history.open).toBe(0);
  } finally {
    await w.close();
  }
});
