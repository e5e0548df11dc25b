import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, withQuery } from "#app/_live/api.ts";
import { instantText } from "#app/_live/moment.ts";
import type { DogPage, ReconnectionStatus } from "#lib/contracts/reconnection.ts";

const MOST_DOGS = 5;

/** Dogs whose sn, reason or address holds `text`, the server's search, at the moment the page shows. */
export const paletteQueries = {
  dogs: (text: string, at: number | null) =>
    queryOptions({
      queryKey: ["palette", "dogs", text, at] as const,
      queryFn: ({ signal }) => {
        const moment = at === null ? undefined : instantText(at);
        return api<DogPage>(withQuery("/api/dogs", { q: text, sort: "sn", limit: MOST_DOGS, at: moment }), { signal });
      },
      enabled: text !== "",
      staleTime: 2_000,
      placeholderData: keepPreviousData,
    }),
};

/** The seed's status JSON of one dog, as a person would paste it. */
export async function statusJson(sn: string): Promise<string> {
  const status = await api<ReconnectionStatus>("/api/reconnection/status", { method: "POST", body: { client_id: sn } });
  return JSON.stringify(status, null, 2);
}
