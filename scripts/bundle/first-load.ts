import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";

export const KIB = 1024;
/** What a page may load before it shows anything, KiB of gzip: a table brings its virtualizer and its model. */
const MOST_KIB = 250;
const MOST_KIB_WITH_TABLE = 280;
const WITH_TABLE: ReadonlySet<string> = new Set(["/reconnections", "/dogs"]);

/** Marks of zod, and names that only the console's server may know. */
const SERVER_ONLY = ["ZodError", "invalid_union", "API_TOKEN", "RECONNECTION_API_URL", "api-token"];

export interface FirstLoad {
  /** `/dogs/[sn]` */
  readonly route: string;
  /** Script files below the build's folder, each once. */
  readonly files: readonly string[];
  /** Gzipped, each file by itself as it travels. */
  readonly bytes: number;
  readonly mostBytes: number;
}

/**
 * What each page of a production build loads first: the framework's main files and the chunks of every layout and boundary around
 * the page, as the build's manifests list them. Scripts for browsers without modules do not count. Throws on a build without pages.
 */
export function firstLoads(buildFolder: string): FirstLoad[] {
  const read = (path: string) => readFileSync(join(buildFolder, path), "utf8");
  const { rootMainFiles } = JSON.parse(read("build-manifest.json")) as { rootMainFiles: string[] };
  const routes = JSON.parse(read("app-path-routes-manifest.json")) as Record<string, string>;
  const pages = Object.entries(routes).filter(([path, route]) => path.endsWith("/page") && !route.startsWith("/_"));
  if (pages.length === 0) throw new Error(`${buildFolder} lists no page: is it a production build?`);
  const sizes = new Map<string, number>();
  const sizeOf = (file: string) => {
    const size = sizes.get(file) ?? gzipSync(readFileSync(join(buildFolder, file))).length;
    sizes.set(file, size);
    return size;
  };
  return pages
    .map(([path, route]) => {
      const entries = entryFiles(read(`server/app${path}_client-reference-manifest.js`), path);
      const files = [...new Set([...rootMainFiles, ...entries])];
      const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
      return { route, files, bytes, mostBytes: (WITH_TABLE.has(route) ? MOST_KIB_WITH_TABLE : MOST_KIB) * KIB };
    })
    .sort((a, b) => a.route.localeCompare(b.route));
}

/** The manifest is a script that fills one global. */
function entryFiles(script: string, path: string): string[] {
  const scope: { __RSC_MANIFEST?: Record<string, { entryJSFiles: Record<string, string[]> }> } = {};
  runInNewContext(script, Object.assign(scope, { globalThis: scope }), { timeout: 1_000 });
  const manifest = scope.__RSC_MANIFEST?.[path];
  if (manifest === undefined) throw new Error(`the build says nothing of ${path}`);
  return Object.values(manifest.entryJSFiles).flat();
}

/** Words of the server in any script a browser may be sent, as `word in file`. */
export function serverWords(buildFolder: string): string[] {
  const folder = join(buildFolder, "static");
  if (!existsSync(folder)) throw new Error(`${folder} is missing: is it a production build?`);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .flatMap((file) => {
      const script = readFileSync(join(folder, file), "utf8");
      return SERVER_ONLY.filter((word) => script.includes(word)).map((word) => `${word} in static/${file}`);
    });
}
