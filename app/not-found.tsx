import { Compass } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "./_components/ui/empty-state.tsx";
import { serverTranslator } from "./_i18n/server-translator.ts";

export default async function NotFound() {
  const t = await serverTranslator("errors");
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState icon={<Compass aria-hidden />} title={<h1>{t("notFoundTitle")}</h1>} text={t("notFoundText")}>
        <Link href="/" className="font-medium text-accent hover:underline">
          {t("toOverview")}
        </Link>
      </EmptyState>
    </main>
  );
}
