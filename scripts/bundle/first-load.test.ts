import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { firstLoads, KIB, serverWords } from "./first-load.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Scripts by what they weigh in KiB of gzip; text is what it is. */
type Scripts = Readonly<Record<string, number | string>>;

/** A build of one page, `/reconnections` or another, whose layout and page load `entries`. */
function plant(route: string, scripts: Scripts, entries: readonly string[][], main: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "leash-build-"));
  folders.push(folder);
  const write = (path: string, text: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const page = `/(console)${route === "/" ? "" : route}/page`;
  write("build-manifest.json", JSON.stringify({ rootMainFiles: main, polyfillFiles: ["static/chunks/old.js"] }));
  write("app-path-routes-manifest.json", JSON.stringify({ [page]: route, "/api/health/route": "/api/health" }));
  const entryJSFiles = Object.fromEntries(entries.map((files, index) => [`[project]/app/${index}`, files]));
  write(
    `server/app${page}_client-reference-manifest.js`,
    `globalThis.__RSC_MANIFEST = globalThis.__RSC_MANIFEST || {};\nglobalThis.__RSC_MANIFEST[${JSON.stringify(page)}] = ${JSON.stringify({ entryJSFiles })};`,
  );
  // Random bytes do not shrink.
  for (const [path, weight] of Object.entries(scripts))
    write(path, typeof weight === "string" ? weight : randomBytes(weight * KIB));
  return folder;
}

describe("first-load JavaScript", () => {
  it("C77: a page weighs the framework's files and those of its layouts and itself, each once, old browsers' aside", () => {
    const scripts = { "static/main.js": 10, "static/layout.js": 20, "static/page.js": 30, "static/later.js": 40 };
    const entries = [["static/layout.js"], ["static/layout.js", "static/page.js"]];
    const [page] = firstLoads(plant("/", scripts, entries, ["static/main.js"]));
    expect(page?.route).toBe("/");
    expect(page?.files).toEqual(["static/main.js", "static/layout.js", "static/page.js"]);
    expect(Math.round((page?.bytes ?? 0) / KIB)).toBe(60);
  });

  it("C77: a page over 250 KiB is over its budget, a table page may weigh 280", () => {
    const load = (route: string, weight: number) => {
      const [page] = firstLoads(plant(route, { "static/page.js": weight }, [["static/page.js"]]));
      return page !== undefined && page.bytes > page.mostBytes;
    };
    expect(load("/dogs/[sn]", 249)).toBe(false);
    expect(load("/dogs/[sn]", 251)).toBe(true);
    expect(load("/reconnections", 279)).toBe(false);
    expect(load("/reconnections", 281)).toBe(true);
  });

  it("C77: zod and the server's variables are found in any script, loaded first or later", () => {
    const scripts = {
      "static/chunks/page.js": "let a = 1",
      "static/chunks/later.js": 'throw new ZodError("API_TOKEN")',
    };
    const build = plant("/", scripts, [["static/chunks/page.js"]]);
    expect(serverWords(build)).toEqual(["ZodError in static/chunks/later.js", "API_TOKEN in static/chunks/later.js"]);
  });

  it("C77: a folder that is no build, and a page the build does not know, are errors and no pass", () => {
    const empty = plant("/", {}, []);
    writeFileSync(join(empty, "app-path-routes-manifest.json"), "{}");
    expect(() => firstLoads(empty)).toThrow("lists no page");
    expect(() => serverWords(empty)).toThrow("is missing");
    const other = plant("/dogs", {}, []);
    writeFileSync(join(other, "server/app/(console)/dogs/page_client-reference-manifest.js"), "");
    expect(() => firstLoads(other)).toThrow("says nothing of /(console)/dogs/page");
  });
});
