import { HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { SearchParams } from "nuqs/server";
import { dogParsers, dogQueries } from "#app/_features/dogs/api/dog-queries.ts";
import { serverTranslator } from "#app/_i18n/server-translator.ts";
import { listDogs } from "#app/_server/data.ts";
import { prefetchTable } from "../_tables/prefetch-table.ts";
import { DogsScreen } from "./dogs-screen.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await serverTranslator("dogs"))("title") };
}

export default async function DogsPage(props: { readonly searchParams: Promise<SearchParams> }) {
  const table = { parsers: dogParsers, list: dogQueries.list, fetchPage: listDogs };
  const { state, guessCompact } = await prefetchTable(props.searchParams, table);
  return (
    <HydrationBoundary state={state}>
      <NuqsAdapter>
        <DogsScreen guessCompact={guessCompact} />
      </NuqsAdapter>
    </HydrationBoundary>
  );
}
