"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { EmptyState } from "#app/_components/ui/empty-state.tsx";
import { instantMs } from "#app/_dog-table/row-times.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { travelQueries } from "../api/travel-queries.ts";

/** The moment lies before history begins: when it begins, and the way there. */
export function BeforeHorizon({ at, earliest: told }: { readonly at: number; readonly earliest: number | null }) {
  const t = useTranslations("past.horizon");
  const f = useFormatters();
  const { go } = useMoment();
  const { data } = useQuery(travelQueries.horizon());
  const earliest = told ?? instantMs(data?.earliest ?? null);
  return (
    <div className="grid flex-1 place-items-center p-8">
      <EmptyState
        icon={<History aria-hidden />}
        title={t("title", { time: f.full(at) })}
        text={earliest === null ? t("textNone") : t("text", { time: f.full(earliest) })}
      >
        {earliest !== null && (
          <Button variant="primary" onClick={() => go(Math.ceil(earliest / 1_000) * 1_000, "replace")}>
            {t("jump", { time: f.full(earliest) })}
          </Button>
        )}
      </EmptyState>
    </div>
  );
}

/** The gateway has just started: its past is on its way, and the page asks again by itself. */
export function PastBeingMade() {
  const t = useTranslations("past.horizon");
  return (
    <div className="grid flex-1 place-items-center p-8" aria-busy="true">
      <EmptyState icon={<History aria-hidden />} title={t("makingTitle")} text={t("makingText")} />
    </div>
  );
}
