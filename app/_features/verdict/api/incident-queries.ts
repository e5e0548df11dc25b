import { queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import { instantText } from "#app/_live/moment.ts";
import type { Incident } from "#lib/contracts/fleet.ts";
import type { DogFilter, DogPage } from "#lib/contracts/reconnection.ts";

const OUT_STATES = ["reconnecting", "probing", "refused", "gave_up"] as const;

/** The dogs an incident speaks of, as a filter of the table. */
export function incidentFilter({ kind, name }: Pick<Incident, "kind" | "name">): DogFilter {
  const state = [...OUT_STATES];
  if (name === null || kind === "fleet") return { state };
  return kind === "site" ? { state, site: name } : { state, gateway: name };
}

/** The table with that filter in its address. */
export const filterHref = (filter: DogFilter): string => withQuery("/reconnections", filter);

export const incidentQueries = {
  page: (filter: DogFilter, at: number | null = null) =>
    queryOptions({
      queryKey: ["verdict", "counts", filter, at] as const,
      queryFn: ({ signal }) => {
        const moment = at === null ? undefined : instantText(at);
        return api<DogPage>(withQuery("/api/reconnection/active", { ...filter, limit: 1, at: moment }), { signal });
      },
      staleTime: 1_000,
    }),
  /** How many of a filter are in which state now: what a force of them all would do. */
  counts: (filter: DogFilter) =>
    queryOptions({ ...incidentQueries.page(filter), select: ({ by_state }: DogPage) => by_state }),
  /** How many dogs a filter reaches now, or reached at a moment; the same answer as `counts`, read otherwise. */
  reached: (filter: DogFilter, at: number | null) =>
    queryOptions({ ...incidentQueries.page(filter, at), select: ({ total }: DogPage) => total }),
};
