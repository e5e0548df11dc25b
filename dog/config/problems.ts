import type { z } from "zod";
import { safeText } from "#lib/protocol/safe-text.ts";

/** One thing that is wrong: with which option, and in words what came and what is expected. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/** All that is wrong with a dog's configuration or command line, one line each. No secret is in it. */
export class DogConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`configuration: ${problems.length} problem${problems.length === 1 ? "" : "s"}\n  ${problems.join("\n  ")}`);
    this.name = "DogConfigError";
    this.problems = problems;
  }
}

export const pathOf = (path: readonly PropertyKey[]): string =>
  safeText(
    path
      .map(String)
      .reduce((whole, part) => (/^\d+$/.test(part) ? `${whole}[${part}]` : whole ? `${whole}.${part}` : part), ""),
  );

/** The schema's issues in words. `secrets` are never shown, under whatever name they were put. */
export function problemsOf(
  error: z.ZodError,
  input: unknown,
  secrets: readonly string[],
  known: readonly string[],
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    switch (issue.code) {
      case "unrecognized_keys":
        return issue.keys.map((key) => {
          const path = [...issue.path, key];
          return { path, what: `is no option; ${suggestion(path.map(String), known)}` };
        });
      case "invalid_key":
        return [{ path: issue.path, what: `expected ${issue.issues[0]?.message ?? "another name"}` }];
      case "invalid_type": {
        const came = shown(valueAt(input, issue.path), issue.path, secrets);
        return [{ path: issue.path, what: `got ${came}, expected a section with keys of its own` }];
      }
      case "too_big":
        return [{ path: issue.path, what: `expected at most ${issue.maximum} values` }];
      case "too_small":
        return [{ path: issue.path, what: "got an empty list, expected at least one value" }];
      default: {
        const came = shown(valueAt(input, issue.path), issue.path, secrets);
        return [{ path: issue.path, what: `got ${came}, expected ${issue.message}` }];
      }
    }
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    // A single value stands for a list of one.
    if (key === 0) return value;
    return typeof value === "object" && value !== null ? new Map(Object.entries(value)).get(String(key)) : undefined;
  }, input);
}

/** What came, hidden where it is a secret or holds one. An address keeps no user, password or query. */
function shown(value: unknown, path: readonly PropertyKey[], secrets: readonly string[]): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a section";
  const text = String(value ?? "");
  if (text === "") return "nothing";
  const hides = path.includes("token") || /[@?#]/.test(text) || secrets.some((secret) => text.includes(secret));
  return hides ? `(hidden, ${text.length} characters)` : `"${safeText(text, 80)}"`;
}

const plain = (key: string) => key.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The option that was probably meant: the same letters elsewhere or otherwise written, or a slip of the keyboard. */
function suggestion(path: readonly string[], known: readonly string[]): string {
  const here = path
    .slice(0, -1)
    .map((part) => `${part}.`)
    .join("");
  const key = path.at(-1) ?? "";
  const inSection = known.filter((option) => option.startsWith(here));
  const names = [...new Set(inSection.map((option) => option.slice(here.length).split(".")[0] ?? ""))];
  const written = names.find((name) => plain(name) === plain(key));
  if (written !== undefined) return didYouMean(here + written);
  const elsewhere = known
    .filter((option) => plain(option) === plain(key) || plain(option.split(".").at(-1) ?? "") === plain(key))
    .find((option) => !option.startsWith("network"));
  if (elsewhere !== undefined) return didYouMean(elsewhere);
  const slips = names
    .map((name) => ({ name, distance: editDistance(plain(name), plain(key)) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  if (slips[0]) return didYouMean(here + slips[0].name);
  return names.length > 0 && names.length <= 12 ? `expected one of ${names.join(", ")}` : "docs/DOG.md lists them all";
}

const didYouMean = (option: string) => `did you mean ${option}?`;

function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8 || a.length > 40 || b.length > 40) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
