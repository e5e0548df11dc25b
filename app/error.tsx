"use client";

import { useTranslations } from "use-intl/react";
import { ErrorState } from "./_components/ui/error-state.tsx";

/** A page that threw. The digest is the code under which the server logged it; the text stays there. */
export default function PageError({
  error,
  reset,
}: {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}) {
  const t = useTranslations("errors");
  return (
    <div className="grid min-h-96 flex-1 place-items-center">
      <ErrorState title={<h1>{t("crashTitle")}</h1>} text={t("crashText")} code={error.digest} onRetry={reset} />
    </div>
  );
}
