"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Input } from "#app/_components/ui/input.tsx";
import { Popover } from "#app/_components/ui/popover.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { parseWall, wallText } from "#app/_i18n/wall-time.ts";
import { useServerNow } from "#app/_live/use-server-now.ts";
import type { AnalyticsUrlState } from "../hooks/use-analytics-url.ts";
import { lastMs, windowFault } from "../model/analytics-url.ts";

/** Two fields in local time with their UTC beside them, open from the first draw: it is made when it is asked for. */
export function CustomWindow({ trigger, url }: { readonly trigger: ReactNode; readonly url: AnalyticsUrlState }) {
  const t = useTranslations("analytics.window");
  const [isOpen, setOpen] = useState(true);
  return (
    <Popover trigger={trigger} label={t("customTitle")} align="end" open={isOpen} onOpenChange={setOpen}>
      <Fields
        url={url}
        onChosen={(from, to) => {
          setOpen(false);
          url.setCustom(from, to);
        }}
      />
    </Popover>
  );
}

const MINUTE_MS = 60_000;
const minuteText = (at: number, timeZone: string) => wallText(at, timeZone).slice(0, 16);

function Fields(props: { readonly url: AnalyticsUrlState; readonly onChosen: (from: number, to: number) => void }) {
  const t = useTranslations("analytics.window");
  const f = useFormatters();
  const now = useServerNow(MINUTE_MS);
  const { choice } = props.url;
  const [start] = useState(() => (choice.type === "custom" ? choice : { from: now - lastMs(choice.window), to: now }));
  const [fromText, setFrom] = useState(() => minuteText(start.from, f.timeZone));
  const [toText, setTo] = useState(() => minuteText(start.to, f.timeZone));
  const from = parseWall(fromText, f.timeZone);
  const to = parseWall(toText, f.timeZone);
  const fault = from === null || to === null ? "empty" : from >= now ? "future" : windowFault(from, to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (from !== null && to !== null && fault === undefined) props.onChosen(from, to);
  };
  return (
    <form onSubmit={submit} noValidate className="flex w-[264px] flex-col gap-2.5 p-1.5">
      <h2 className="font-semibold text-13">{t("customTitle")}</h2>
      <Field label={t("from")} text={fromText} at={from} onChange={setFrom} />
      <Field label={t("to")} text={toText} at={to} onChange={setTo} />
      <p className="text-12 text-fg-3">{t("zone", { zone: f.timeZone, offset: f.zoneLabel(now) })}</p>
      <p role="status" className="min-h-4 text-12 text-state-gave-up">
        {fault !== undefined && fault !== "empty" && t(fault)}
      </p>
      <Button type="submit" variant="primary" {...(fault === undefined ? {} : { locked: t(fault) })}>
        {t("apply")}
      </Button>
    </form>
  );
}

function Field(props: {
  readonly label: string;
  readonly text: string;
  readonly at: number | null;
  readonly onChange: (text: string) => void;
}) {
  const t = useTranslations("analytics.window");
  const f = useFormatters();
  const id = useId();
  const utcId = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-12 text-fg-2">
        {props.label}
      </label>
      <Input
        id={id}
        type="datetime-local"
        value={props.text}
        aria-describedby={utcId}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <span id={utcId} className="font-mono text-11 text-fg-3">
        {props.at === null ? t("empty") : t("utc", { time: f.utcDayMinutes(props.at) })}
      </span>
    </div>
  );
}
