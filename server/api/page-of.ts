import { type DogExportAt, type DogPage, type DogQueryAt, type DogRow, dogQuery } from "#lib/contracts/reconnection.ts";
import type { Scope } from "#server/fleet/fleet-reader.ts";
import type { ApiDeps } from "./api-deps.ts";
import { pagesOf } from "./export-stream.ts";
import { pastInstant } from "./history-window.ts";

type Sources = Pick<ApiDeps, "fleet" | "history">;
const MOST_ROWS = 1_000;

/** A page of dogs as they are, or as they were `at` an instant. */
export async function pageOf({ fleet, history }: Sources, asked: DogQueryAt, scope: Scope): Promise<DogPage> {
  const { at, ...query } = asked;
  return at === undefined ? fleet.page(query, scope) : history.pageAt(pastInstant(at, fleet.now()), query, scope);
}

/** Every dog that matches, in the order asked for, in pages. */
export function rowsOf(sources: Sources, asked: DogExportAt, scope: Scope): AsyncIterable<readonly DogRow[]> {
  const { at, ...query } = asked;
  if (at === undefined) return pagesOf(sources.fleet.rows(query, scope));
  const instant = pastInstant(at, sources.fleet.now());
  return pastRows(sources, instant, query, scope);
}

async function* pastRows(
  { history }: Sources,
  at: number,
  query: Omit<DogExportAt, "at">,
  scope: Scope,
): AsyncGenerator<readonly DogRow[]> {
  let cursor: string | undefined;
  do {
    const asked = { ...dogQuery.parse({}), ...query, limit: MOST_ROWS, ...(cursor === undefined ? {} : { cursor }) };
    const page = await history.pageAt(at, asked, scope);
    yield page.items;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
}
