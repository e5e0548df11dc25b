"use client";

import { useQueryState } from "nuqs";
import { useTranslations } from "use-intl/react";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { StatsWindow } from "#lib/contracts/fleet.ts";
import { overviewParsers, WINDOWS } from "../model/stats-window.ts";

const LENGTH_MS: Record<StatsWindow, number> = { "15m": 900_000, "1h": 3_600_000 };
const MINUTE_MS = 60_000;

/** The window of the charts and its bounds; lives in the URL. */
export function useStatsWindow() {
  return useQueryState("window", overviewParsers.window.withOptions({ history: "replace", scroll: false }));
}

/** "02:12 to 03:12" and the windows the gateway keeps. */
export function WindowPicker() {
  const t = useTranslations("overview.window");
  const f = useFormatters();
  const now = useServerNow(MINUTE_MS);
  const [window, setWindow] = useStatsWindow();
  return (
    <>
      <span className="text-12 text-fg-2">
        {t("bounds", { from: f.clockMinutes(now - LENGTH_MS[window]), to: f.clockMinutes(now) })}
      </span>
      <Segmented
        label={t("label")}
        value={window}
        onChange={(value) => void setWindow(value)}
        options={WINDOWS.map((value) => ({ value, label: t(value) }))}
      />
    </>
  );
}
