import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { AnalyticsPage } from "#app/_features/analytics/components/analytics-page.tsx";
import { serverTranslator } from "#app/_i18n/server-translator.ts";

export const generateMetadata = async (): Promise<Metadata> => ({
  title: (await serverTranslator("analytics"))("title"),
});

export default async function AnalyticsRoute() {
  return (
    <NuqsAdapter>
      <AnalyticsPage />
    </NuqsAdapter>
  );
}
