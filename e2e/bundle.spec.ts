import { gzipSync } from "node:zlib";
import { expect, test } from "./fixtures/test.ts";

const KIB = 1024;
const SCRIPT = /<script\b[^>]*\bsrc="([^"]+)"[^>]*>/g;
/** Marks of zod, and names that only the console's server may know. */
const SERVER_ONLY = ["ZodError", "invalid_union", "API_TOKEN", "RECONNECTION_API_URL", "api-token"];

for (const [path, mostKib] of [
  ["/", 250],
  ["/reconnections", 280],
  ["/dogs", 280],
  ["/dogs/BUNDLE-1", 280],
] as const) {
  test(`C77: ${path} loads less than ${mostKib} KiB of script, and nothing of the server`, async ({
    request,
    fleet,
  }) => {
    await fleet.dog({ sn: "BUNDLE-1" });
    const page = await (await request.get(path)).text();
    const sources = new Set([...page.matchAll(SCRIPT)].filter(([tag]) => !/nomodule/i.test(tag)).map(([, src]) => src));
    expect(sources.size).toBeGreaterThan(5);
    let bytes = 0;
    for (const source of sources) {
      const script = await (await request.get(String(source))).text();
      for (const word of SERVER_ONLY) expect(script.includes(word), `${word} in ${source}`).toBe(false);
      bytes += gzipSync(script).length;
    }
    expect(Math.round(bytes / KIB), "KiB, gzip").toBeLessThan(mostKib);
  });
}
