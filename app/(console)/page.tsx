import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { SearchParams } from "nuqs/server";
import { fleetSummaryAt, fleetSummaryQuery } from "#app/_dog-table/fleet-summary.ts";
import { feedQueries } from "#app/_features/feed/api/feed-queries.ts";
import { overviewQueries } from "#app/_features/overview/api/overview-queries.ts";
import { loadOverviewUrl } from "#app/_features/overview/model/overview-url.ts";
import { serverTranslator } from "#app/_i18n/server-translator.ts";
import { momentOf } from "#app/_live/moment.ts";
import { createQueryClient } from "#app/_live/query-client.ts";
import { getFeed, getStats, getSummary, getSummaryAt, listActive } from "#app/_server/data.ts";
import { spanOf } from "#app/_stats-window/stats-window.ts";
import { OverviewScreen } from "./overview-screen.tsx";

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await serverTranslator("overview"))("title"),
});

export default async function OverviewPage(props: { readonly searchParams: Promise<SearchParams> }) {
  const [url, at] = await Promise.all([loadOverviewUrl(props.searchParams), momentOf(props.searchParams)]);
  const client = createQueryClient();
  // What fails here is asked for again by the page, which says why.
  await Promise.allSettled([
    at === null
      ? client.query({ ...fleetSummaryQuery, queryFn: getSummary })
      : client.query(fleetSummaryAt(at, getSummaryAt)),
    client.query(overviewQueries.stats(spanOf(url), at, getStats)),
    client.query(overviewQueries.nextToGiveUp(at, listActive)),
    client.query(feedQueries.recent(getFeed)),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <NuqsAdapter>
        <OverviewScreen />
      </NuqsAdapter>
    </HydrationBoundary>
  );
}
