import { dehydrate, HydrationBoundary } from "@tanstack/react-query";
import type { Metadata } from "next";
import { dogQueries } from "#app/_features/dog/api/dog-queries.ts";
import { createQueryClient } from "#app/_live/query-client.ts";
import { getDog, getDogEvents } from "#app/_server/data.ts";
import { DogScreen } from "./dog-screen.tsx";

interface DogPageProps {
  readonly params: Promise<{ readonly sn: string }>;
}

const snOf = async ({ params }: DogPageProps): Promise<string> => decodeURIComponent((await params).sn);

export const generateMetadata = async (props: DogPageProps): Promise<Metadata> => ({ title: await snOf(props) });

export default async function DogPage(props: DogPageProps) {
  const sn = await snOf(props);
  const client = createQueryClient();
  // What fails here is asked for again by the page, which says why.
  await Promise.allSettled([
    client.query(dogQueries.detail(sn, getDog)),
    client.infiniteQuery(dogQueries.log(sn, getDogEvents)),
  ]);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <DogScreen sn={sn} />
    </HydrationBoundary>
  );
}
