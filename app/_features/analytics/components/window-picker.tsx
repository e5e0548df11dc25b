"use client";

import { CalendarRange } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import { instantText } from "#app/_live/moment.ts";
import type { AnalyticsUrlState } from "../hooks/use-analytics-url.ts";
import { useBounds } from "../hooks/use-window-words.ts";
import { WINDOWS } from "../model/analytics-url.ts";

const CustomWindow = dynamic(() => import("./custom-window.tsx").then((module) => module.CustomWindow), { ssr: false });

/** The ready-made windows and one of one's own. With a custom window none of the ready-made is chosen. */
export function WindowPicker({ url }: { readonly url: AnalyticsUrlState }) {
  const t = useTranslations("analytics.window");
  const { choice } = url;
  return (
    <div className="flex flex-wrap items-center gap-2 max-md:w-full max-md:justify-between">
      <Segmented
        label={t("label")}
        value={choice.type === "last" ? choice.window : ""}
        onChange={(window) => window !== "" && url.setWindow(window)}
        options={WINDOWS.map((window) => ({ value: window, label: t(window), name: t(`words.${window}`) }))}
        className="max-md:[&_[role=radio]]:px-2"
      />
      <CustomButton url={url} />
    </div>
  );
}

/** The fields are fetched when they are first asked for. */
function CustomButton({ url }: { readonly url: AnalyticsUrlState }) {
  const t = useTranslations("analytics.window");
  const boundsOf = useBounds();
  const [isWanted, setWanted] = useState(false);
  const { choice } = url;
  const isCustom = choice.type === "custom";
  const label = isCustom
    ? t("customChosen", boundsOf({ from: instantText(choice.from), to: instantText(choice.to) }))
    : t("custom");
  const button = (
    <Button
      aria-label={label}
      aria-haspopup="dialog"
      className={isCustom ? "bg-surface-active!" : ""}
      icon={<CalendarRange aria-hidden className="size-4" />}
      onClick={() => setWanted(true)}
    >
      <span className="max-md:sr-only">{t("custom")}</span>
    </Button>
  );
  return isWanted ? <CustomWindow trigger={button} url={url} /> : button;
}
