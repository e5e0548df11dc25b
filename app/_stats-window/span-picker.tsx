"use client";

import { CalendarRange } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Segmented } from "#app/_components/ui/segmented.tsx";
import type { StatsWindow } from "#lib/contracts/fleet.ts";
import { type StatsSpan, spanBounds, WINDOWS } from "./stats-window.ts";

/** The fields are fetched when they are first asked for. */
const CustomWindow = dynamic(() => import("./custom-window.tsx").then((module) => module.CustomWindow), { ssr: false });

/** What a page does with a choice of window: it keeps it in its address. */
export interface SpanChoice {
  readonly span: StatsSpan;
  setWindow(window: StatsWindow): void;
  /** A stretch of one's own, epoch ms. */
  setCustom(from: number, to: number): void;
}

/** No ready-made window: a custom one is chosen. */
const CUSTOM = "custom";

/** The ready-made windows, and bounds of one's own. `now` is where a ready-made one ends. */
export function SpanPicker(props: { readonly choice: SpanChoice; readonly now: number; readonly hasCustom: boolean }) {
  const t = useTranslations("window");
  const { span, setWindow } = props.choice;
  return (
    <>
      <Segmented
        label={t("label")}
        value={span.type === "custom" ? CUSTOM : span.window}
        onChange={(value) => value !== CUSTOM && setWindow(value)}
        options={WINDOWS.map((value) => ({ value, label: t(value), name: t(`words.${value}`) }))}
        className="max-md:[&_[role=radio]]:px-2"
      />
      {props.hasCustom && <CustomButton choice={props.choice} now={props.now} />}
    </>
  );
}

function CustomButton({ choice, now }: { readonly choice: SpanChoice; readonly now: number }) {
  const t = useTranslations("window");
  const [isAsked, setAsked] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const isCustom = choice.span.type === "custom";
  const button = (
    <Button
      aria-label={t("custom")}
      hint={isAsked && isOpen ? undefined : t("custom")}
      aria-pressed={isCustom}
      aria-haspopup="dialog"
      icon={<CalendarRange aria-hidden className="size-4" strokeWidth={1.75} />}
      className={isCustom ? "bg-surface-active!" : ""}
      onClick={() => {
        setAsked(true);
        setOpen(true);
      }}
    />
  );
  if (!isAsked) return button;
  return (
    <CustomWindow
      trigger={button}
      open={isOpen}
      onOpenChange={setOpen}
      bounds={spanBounds(choice.span, now)}
      onChoose={choice.setCustom}
    />
  );
}
