import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { SearchParams } from "nuqs/server";
import { reconnectionParsers, reconnectionQueries } from "#app/_features/reconnections/api/reconnection-queries.ts";
import { serverTranslator } from "#app/_i18n/server-translator.ts";
import { listActive } from "#app/_server/data.ts";
import { prefetchTable } from "../_tables/prefetch-table.ts";
import { ReconnectionsScreen } from "./reconnections-screen.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await serverTranslator("reconnections"))("title") };
}

export default async function ReconnectionsPage(props: { readonly searchParams: Promise<SearchParams> }) {
  const table = { parsers: reconnectionParsers, list: reconnectionQueries.list, fetchPage: listActive };
  const { state, guessCompact } = await prefetchTable(props.searchParams, table);
  return (
    <HydrationBoundary state={state}>
      <NuqsAdapter>
        <ReconnectionsScreen guessCompact={guessCompact} />
      </NuqsAdapter>
    </HydrationBoundary>
  );
}
