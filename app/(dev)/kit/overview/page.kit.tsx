import { KitOverview } from "../kit-overview.tsx";

export default async function KitOverviewPage(props: { readonly searchParams: Promise<{ readonly mood?: string }> }) {
  const { mood } = await props.searchParams;
  return <KitOverview mood={mood === "storm" || mood === "stale" ? mood : "calm"} />;
}
