import {
  createLoader,
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
  type SingleParserBuilder,
} from "nuqs/server";
import type { DogFilter, DogQueryInput, SortKey } from "#lib/contracts/reconnection.ts";
import { DOG_STATES } from "#lib/fleet/dog.ts";
import { CATEGORIES, REASON_CODES } from "#lib/reconnection/reason-code.ts";

/** Sort keys the console offers; the API's own list lives behind zod, out of the browser's reach. */
export const SORTABLE = [
  "since",
  "sn",
  "state",
  "reason",
  "attempts",
  "next_retry",
  "gives_up_at",
  "network",
  "gateway",
  "last_event",
  "last_seen",
  "flaps",
] as const satisfies readonly SortKey[];

const listOf = <T extends string>(values: readonly T[]) => parseAsArrayOf(parseAsStringLiteral(values)).withDefault([]);
const text: SingleParserBuilder<string> = parseAsString;

/** Everything a table page keeps in its URL; `sort` is its own default. A value the URL spells wrong reads as its default. */
export const tableParsersSortedBy = (sort: (typeof SORTABLE)[number]) => ({
  q: text.withDefault(""),
  state: listOf(DOG_STATES),
  category: listOf(CATEGORIES),
  reason: listOf(REASON_CODES),
  network: text,
  gateway: text,
  site: text,
  sort: parseAsStringLiteral(SORTABLE).withDefault(sort),
  order: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
  /** Columns the operator switched by hand: `last_event` shows it, `-strategy` hides it. */
  cols: parseAsArrayOf(text).withDefault([]),
});
export type TableParsers = ReturnType<typeof tableParsersSortedBy>;
export type TableUrl = inferParserType<TableParsers>;

const loadSearch = createLoader(tableParsersSortedBy("since"));

/** The filter of an API search string, as `searchOf` wrote it. */
export const filterOfSearch = (search: string): DogFilter => filterOf(loadSearch(search));

/** Rows a page: the first is small for a quick paint, the API allows up to 1,000. */
export const PAGE_ROWS = 200;

/** The filter without paging and order: what "all that match" means. */
export function filterOf(url: TableUrl): DogFilter {
  return {
    ...(url.q.trim() === "" ? {} : { q: url.q.trim().slice(0, 128) }),
    ...(url.state.length > 0 ? { state: [...url.state] } : {}),
    ...(url.category.length > 0 ? { category: [...url.category] } : {}),
    ...(url.reason.length > 0 ? { reason: [...url.reason] } : {}),
    ...(url.network ? { network: url.network } : {}),
    ...(url.gateway ? { gateway: url.gateway } : {}),
    ...(url.site ? { site: url.site } : {}),
  };
}

/** The list query of a URL, in one canonical key order so that equal URLs share one cache entry. */
export function queryOf(url: TableUrl): DogQueryInput {
  return { ...filterOf(url), sort: url.sort, order: url.order, limit: PAGE_ROWS };
}

/** A query as the API's search string: lists comma-separated, empty values left out. */
export function searchOf(query: DogQueryInput): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === "") continue;
    params.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  return params.toString();
}

/** Whether anything narrows the list, its state tab included. */
export function isNarrowed(url: TableUrl): boolean {
  return Object.keys(filterOf(url)).length > 0;
}

/** Whether a row belongs to a filter, as far as the browser can tell; free text is left to the server. */
export function mayMatch(filter: DogFilter, row: RowFacts): boolean {
  return (
    includes(filter.state, row.state) &&
    includes(filter.category, row.category) &&
    includes(filter.reason, row.reason_code) &&
    same(filter.network, row.network) &&
    same(filter.gateway, row.gateway) &&
    same(filter.site, row.site)
  );
}

interface RowFacts {
  readonly state: string;
  readonly category: string | null;
  readonly reason_code: string | null;
  readonly network: string | null;
  readonly gateway: string | null;
  readonly site: string | null;
}

function includes(wanted: readonly string[] | undefined, value: string | null): boolean {
  return wanted === undefined || wanted.length === 0 || (value !== null && wanted.includes(value));
}

function same(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}
