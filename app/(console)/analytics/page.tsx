import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { SearchParams } from "nuqs/server";
import { analyticsQueries } from "#app/_features/analytics/api/analytics-queries.ts";
import { AnalyticsPage } from "#app/_features/analytics/components/analytics-page.tsx";
import { loadAnalyticsUrl, statsAsked } from "#app/_features/analytics/model/analytics-url.ts";
import { requestLocale } from "#app/_i18n/request-locale.ts";
import { serverTranslator } from "#app/_i18n/server-translator.ts";
import { createQueryClient } from "#app/_live/query-client.ts";
import { getLeastStable, getStats } from "#app/_server/data.ts";
import { spanOf, wantedOf } from "#app/_stats-window/stats-window.ts";

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await serverTranslator("analytics"))("title"),
});

export default async function AnalyticsRoute(props: { readonly searchParams: Promise<SearchParams> }) {
  const [url, { timeZone }] = await Promise.all([loadAnalyticsUrl(props.searchParams), requestLocale()]);
  const client = createQueryClient();
  // What fails here is asked for again by the page, which says why.
  await Promise.allSettled([
    client.query(analyticsQueries.stats(statsAsked(url, timeZone), getStats)),
    client.query(analyticsQueries.leastStable(wantedOf(spanOf(url), null), getLeastStable)),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <NuqsAdapter>
        <AnalyticsPage />
      </NuqsAdapter>
    </HydrationBoundary>
  );
}
