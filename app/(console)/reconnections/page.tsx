import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { SearchParams } from "nuqs/server";
import { fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { isPhone } from "#app/_dog-table/is-phone.ts";
import { loadTableUrl } from "#app/_dog-table/table-query.ts";
import { reconnectionQueries } from "#app/_features/reconnections/api/reconnection-queries.ts";
import { serverTranslator } from "#app/_i18n/server-translator.ts";
import { createQueryClient } from "#app/_live/query-client.ts";
import { getSummary, listActive } from "#app/_server/data.ts";
import { ReconnectionsScreen } from "./reconnections-screen.tsx";

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await serverTranslator("reconnections"))("title"),
});

export default async function ReconnectionsPage(props: { readonly searchParams: Promise<SearchParams> }) {
  const [url, head] = await Promise.all([loadTableUrl(props.searchParams), headers()]);
  const client = createQueryClient();
  // What fails here is asked for again by the page, which says why.
  await Promise.allSettled([
    client.infiniteQuery(reconnectionQueries.list(url, listActive)),
    client.query({ ...fleetSummaryQuery, queryFn: getSummary }),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <NuqsAdapter>
        <ReconnectionsScreen guessCompact={isPhone(head.get("user-agent"))} />
      </NuqsAdapter>
    </HydrationBoundary>
  );
}
