import type { Clock } from "#lib/clock/clock.ts";
import type { DogFilter, DogPage, DogQueryInput, DogRow, SortKey } from "#lib/contracts/reconnection.ts";
import { AppError } from "#lib/errors/app-error.ts";
import type { DogState } from "#lib/fleet/dog.ts";
import { toInstant } from "./basic-row.ts";

const KEPT_LISTS = 32;

interface KeptList {
  readonly at: number;
  readonly rows: readonly DogRow[];
  readonly byState: Partial<Record<DogState, number>>;
}

/** Filters, sorts and pages rows here, where the upstream cannot. A cursor names a kept list, so pages neither skip nor repeat. */
export function createBasicLists(clock: Clock) {
  const kept = new Map<string, KeptList>();
  let made = 0;

  function make(rows: readonly DogRow[], query: DogQueryInput): [string, KeptList] {
    const matching = rows.filter((row) => matchesFilter(row, { ...query, state: undefined }));
    const byState: Partial<Record<DogState, number>> = {};
    for (const row of matching) byState[row.state] = (byState[row.state] ?? 0) + 1;
    const shown = matching.filter((row) => query.state === undefined || query.state.includes(row.state));
    const list = {
      at: clock.now(),
      rows: shown.sort(comparator(query.sort ?? "since", query.order ?? "asc")),
      byState,
    };
    const id = String(++made);
    kept.set(id, list);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT_LISTS) break;
      kept.delete(oldest);
    }
    return [id, list];
  }

  /** One page. A cursor that is not ours is `invalid_input`, one whose list is gone is `gone`. */
  return function page(rows: readonly DogRow[], query: DogQueryInput): DogPage {
    const [id, list, from] = query.cursor === undefined ? [...make(rows, query), 0] : resume(query.cursor);
    const to = from + (query.limit ?? 100);
    return {
      items: list.rows.slice(from, to),
      total: list.rows.length,
      next_cursor: to < list.rows.length ? `${id}.${to}` : null,
      as_of: toInstant(list.at),
      by_state: list.byState,
    };
  };

  function resume(cursor: string): [string, KeptList, number] {
    const [, id, from] = /^(\d{1,12})\.(\d{1,9})$/.exec(cursor) ?? [];
    if (id === undefined || from === undefined) throw new AppError("invalid_input", "cursor: not one of ours");
    const list = kept.get(id);
    if (list === undefined) throw new AppError("gone", "this list is no longer kept: start again without a cursor");
    return [id, list, Number(from)];
  }
}

/** True when the row is in the filter. What a basic service does not tell (network, gateway, site) matches no filter on it. */
export function matchesFilter(
  row: DogRow,
  filter: { readonly [K in keyof DogFilter]?: DogFilter[K] | undefined },
): boolean {
  if (filter.state !== undefined && !filter.state.includes(row.state as (typeof filter.state)[number])) return false;
  if (filter.category !== undefined && (row.category === null || !filter.category.includes(row.category))) return false;
  if (filter.reason !== undefined && (row.reason_code === null || !filter.reason.includes(row.reason_code)))
    return false;
  if (filter.network || filter.gateway || filter.site || filter.app_id) return false;
  const wanted = filter.q?.toLowerCase();
  if (!wanted) return true;
  const texts = [row.client_id, row.failure_reason, row.reason_code, row.reason_raw];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}

function comparator(key: SortKey, order: "asc" | "desc"): (a: DogRow, b: DogRow) => number {
  const sign = order === "asc" ? 1 : -1;
  return (a, b) => {
    const left = sortValue(a, key);
    const right = sortValue(b, key);
    if (left === right) return compare(a.client_id, b.client_id);
    if (left === null) return 1;
    return right === null ? -1 : sign * compare(left, right);
  };
}

const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

function sortValue(row: DogRow, key: SortKey): string | number | null {
  switch (key) {
    case "since":
      return row.since;
    case "sn":
      return row.client_id;
    case "state":
      return row.state;
    case "reason":
      return row.reason_code;
    case "attempts":
      return row.reconnection_attempts;
    case "next_retry":
      return row.next_retry_time;
    case "last_event":
      return row.last_event_at;
    case "flaps":
      return row.flaps;
    case "gives_up_at":
    case "network":
    case "gateway":
    case "last_seen":
      return null;
  }
}
