"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Input } from "#app/_components/ui/input.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { parseWall, wallText } from "#app/_i18n/wall-time.ts";
import { type Travel, useTravel } from "../hooks/use-travel.ts";
import { STEPS_MS, scrubRange } from "../model/scrub.ts";
import { ScrubSlider } from "./scrub-slider.tsx";

const STEPS = [
  { name: "backHour", by: -STEPS_MS.hour },
  { name: "backTen", by: -STEPS_MS.tenMinutes },
  { name: "backMinute", by: -STEPS_MS.minute },
  { name: "onMinute", by: STEPS_MS.minute },
  { name: "onTen", by: STEPS_MS.tenMinutes },
  { name: "onHour", by: STEPS_MS.hour },
] as const;

/** The last 24 h as a slider over where outages began, steps to either side, and the exact time. Load it lazily. */
export function Scrubber({ onClose }: { readonly onClose: () => void }) {
  const t = useTranslations("past");
  const travel = useTravel();
  const { at, now, earliest, move } = travel;
  const range = scrubRange({ now, earliest, at });
  const step = (index: number) => {
    const { name, by } = STEPS[index] ?? STEPS[0];
    return (
      <Button
        key={name}
        size="small"
        hint={t(`step.${name}`)}
        locked={by > 0 && at === null ? t("isLive") : undefined}
        className="w-auto! min-w-11 px-1.5! font-mono max-md:flex-1"
        onClick={() => move((at ?? now) + by)}
      >
        <em aria-hidden className="not-italic">
          {t(`short.${name}`)}
        </em>
        <span className="sr-only">{t(`step.${name}`)}</span>
      </Button>
    );
  };
  return (
    <section
      aria-label={t("scrubber")}
      className="flex flex-wrap items-center gap-x-2 gap-y-1.5 border-border border-b bg-surface px-5 py-2 max-md:px-4"
    >
      <span className="flex gap-1 max-md:order-2 max-md:flex-1">{[0, 1, 2].map(step)}</span>
      <ScrubSlider travel={travel} range={range} />
      <span className="flex gap-1 max-md:order-2 max-md:flex-1">{[3, 4, 5].map(step)}</span>
      <TimeField key={at ?? "live"} travel={travel} />
      {at === null && (
        <Button
          size="small"
          variant="ghost"
          aria-label={t("close")}
          icon={<X aria-hidden className="size-4" />}
          className="max-md:order-4"
          onClick={onClose}
        />
      )}
    </section>
  );
}

/** The moment to the second, in the operator's own time. It moves on Enter or when the field is left. */
function TimeField({ travel }: { readonly travel: Travel }) {
  const t = useTranslations("past");
  const f = useFormatters();
  const { at, now, earliest } = travel;
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = typed === null ? null : parseWall(typed, f.timeZone);
  const tooEarly = wanted !== null && earliest !== null && wanted < Math.floor(earliest / 1_000) * 1_000;
  const commit = () => {
    if (wanted !== null) travel.move(wanted);
    setTyped(null);
  };
  return (
    <form
      noValidate
      className="flex items-center gap-1.5 text-12 text-fg-2 max-md:order-3 max-md:flex-1"
      onSubmit={(event) => {
        event.preventDefault();
        commit();
      }}
    >
      <Input
        aria-label={t("exact", { zone: f.zoneLabel(at ?? now) })}
        type="datetime-local"
        step={1}
        value={typed ?? wallText(at ?? now, f.timeZone)}
        max={wallText(now, f.timeZone)}
        {...(earliest === null ? {} : { min: wallText(Math.ceil(earliest / 1_000) * 1_000, f.timeZone) })}
        aria-invalid={tooEarly}
        className="h-[26px]! w-auto! px-2! font-mono text-12! max-md:h-9! max-md:w-full!"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTyped(null);
        }}
        onBlur={commit}
      />
      <span className="max-xl:hidden">{f.zoneLabel(at ?? now)}</span>
    </form>
  );
}
