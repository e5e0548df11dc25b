import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { TableUrl } from "./table-query.ts";

/** Filters that take one name out of what the fleet says of itself. */
export const NAME_FILTERS = ["network", "gateway", "site"] as const;
export type NameFilter = (typeof NAME_FILTERS)[number];

export type NameChoices = Readonly<Record<NameFilter, readonly string[]>>;

/** Names to choose from: those seen in the loaded rows, the one now in force, and what the caller knows besides. */
export function nameChoices(rows: readonly DogRow[], url: TableUrl, known: Partial<NameChoices>): NameChoices {
  const names = (filter: NameFilter) => {
    const seen = new Set<string>(known[filter] ?? []);
    const chosen = url[filter];
    if (chosen !== null) seen.add(chosen);
    for (const row of rows) {
      const name = row[filter];
      if (name !== null) seen.add(name);
    }
    return [...seen].sort((a, b) => a.localeCompare(b)).slice(0, MOST_NAMES);
  };
  return { network: names("network"), gateway: names("gateway"), site: names("site") };
}

/** A menu of more names than this is no menu; the search field takes over. */
const MOST_NAMES = 40;

/** The list with `value` in it, or without where it was. */
export function toggled<T>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((entry) => entry !== value) : [...list, value];
}
