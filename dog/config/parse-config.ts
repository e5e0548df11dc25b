import { dogFile, listOptions, NETWORK_KINDS } from "./dog-config.ts";
import { type Problem, problemsOf } from "./problems.ts";
import { type DogConfig, resolveConfig } from "./resolve-config.ts";

export interface ParsedConfig {
  readonly config: DogConfig;
  /** Where the secrets are to be had, as written. */
  readonly token: { readonly text: string | null; readonly file: string | null; readonly env: string | null };
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
}

const KNOWN = NETWORK_KINDS.flatMap((kind) =>
  listOptions().map(({ path }) => path.replace(/^networks\.wifi\./, `networks.${kind}.`)),
).filter((path, index, all) => all.indexOf(path) === index);

/**
 * The values of a file (maps, lists and text) as a configuration, and everything that is wrong with them at once. With problems
 * the configuration is what the rest amounts to, and fit for nothing.
 * @param overrides options that win over the file's, by path; undefined takes one away
 * @param secrets never shown, wherever they stand
 */
export function parseConfig(
  values: unknown,
  overrides: ReadonlyMap<string, unknown>,
  secrets: readonly string[],
): ParsedConfig {
  const [spread, twice] = spreadDots(withoutEmpty(values));
  const input = [...overrides].reduce(override, spread);
  const first = dogFile.safeParse(input);
  const wrong = first.success ? [] : problemsOf(first.error, input, [...secrets, ...tokenOf(input)], KNOWN);
  const problems = [...twice, ...wrong];
  const bad = new Set(problems.map(({ path }) => path.join(".")));
  const file = first.success ? first.data : dogFile.parse(problems.reduce(without, input));
  const resolved = resolveConfig(file, bad);
  return {
    config: resolved.config,
    token: { text: file.token ?? null, file: file.token_file ?? null, env: file.token_env ?? null },
    tls: { ca: file.tls.ca ?? null, cert: file.tls.cert ?? null, key: file.tls.key ?? null },
    warnings: resolved.warnings,
    notes: resolved.notes,
    problems: [...problems, ...resolved.problems],
  };
}

type Section = Readonly<Record<string, unknown>>;

const isSection = (value: unknown): value is Section =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An option with nothing behind it is one that is not there: `reconnect:` above lines that are all comments. */
function withoutEmpty(value: unknown): unknown {
  if (!isSection(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
      .filter(([, inner]) => inner !== ""),
  );
}

/** At the top `server.url: ...` says the same as `url` inside `server`. Under `labels` and `dns.fallback` dots belong to the name. */
function spreadDots(value: unknown): readonly [unknown, readonly Problem[]] {
  if (!isSection(value)) return [value, []];
  const twice: Problem[] = [];
  let spread: Section = Object.fromEntries(Object.entries(value).filter(([key]) => !key.includes(".")));
  for (const [key, inner] of Object.entries(value)) {
    if (!key.includes(".")) continue;
    const named = /^(labels|dns\.fallback)\.(.+)$/.exec(key);
    const path = named ? [...(named[1] ?? "").split("."), named[2] ?? ""] : key.split(".");
    const next = put(spread, path, inner);
    if (next === null) twice.push({ path, what: "is given twice, as a section and with dots; keep one" });
    else spread = next;
  }
  return [spread, twice];
}

/** Null where something is there already. */
function put(section: Section, [key = "", ...rest]: readonly string[], value: unknown): Section | null {
  const there = Object.entries(section).find(([name]) => name === key)?.[1];
  if (there !== undefined && (rest.length === 0 || !isSection(there))) return null;
  const inner = rest.length === 0 ? value : put(isSection(there) ? there : {}, rest, value);
  return inner === null ? null : Object.fromEntries([...Object.entries(section), [key, inner]]);
}

function override(input: unknown, [path, value]: readonly [string, unknown]): unknown {
  const keys = path.split(".");
  const rest = without(input, { path: keys, what: "" });
  return value === undefined || !isSection(rest) ? rest : (put(rest, keys, value) ?? rest);
}

/** The input without what a problem is about; a bad value of a list takes the list along. */
function without(input: unknown, { path }: Problem): unknown {
  const [key, ...rest] = path;
  if (!isSection(input) || key === undefined) return input;
  const others = Object.entries(input).filter(([name]) => name !== String(key));
  const inner = Object.entries(input).find(([name]) => name === String(key))?.[1];
  const isWhole = rest.length === 0 || typeof rest[0] === "number" || !isSection(inner);
  if (isWhole) return Object.fromEntries(others);
  return Object.fromEntries([...others, [String(key), without(inner, { path: rest, what: "" })]]);
}

function tokenOf(input: unknown): string[] {
  if (!isSection(input)) return [];
  const { token } = input;
  return typeof token === "string" ? [token] : [];
}
