"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Input } from "#app/_components/ui/input.tsx";
import { Popover } from "#app/_components/ui/popover.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { parseWall, wallText } from "#app/_i18n/wall-time.ts";
import { spanFault } from "./stats-window.ts";

interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** From when to when, in the operator's own time with UTC beside it. Load it lazily. */
export function CustomWindow(props: {
  readonly trigger: ReactNode;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly bounds: Bounds;
  readonly onChoose: (from: number, to: number) => void;
}) {
  const t = useTranslations("window");
  return (
    <Popover
      trigger={props.trigger}
      label={t("custom")}
      align="end"
      open={props.open}
      onOpenChange={props.onOpenChange}
    >
      <Fields
        bounds={props.bounds}
        onChoose={(from, to) => {
          props.onChoose(from, to);
          props.onOpenChange(false);
        }}
      />
    </Popover>
  );
}

function Fields(props: { readonly bounds: Bounds; readonly onChoose: (from: number, to: number) => void }) {
  const t = useTranslations("window");
  const f = useFormatters();
  const faultId = useId();
  const [fromText, setFrom] = useState(() => wallText(props.bounds.from, f.timeZone));
  const [toText, setTo] = useState(() => wallText(props.bounds.to, f.timeZone));
  const [from, to] = [parseWall(fromText, f.timeZone), parseWall(toText, f.timeZone)];
  const fault = spanFault(from, to);
  const choose = (event: FormEvent) => {
    event.preventDefault();
    if (fault === undefined && from !== null && to !== null) props.onChoose(from, to);
  };
  const shared = { faultId, isFaulty: fault !== undefined };
  return (
    <form onSubmit={choose} noValidate className="flex w-60 flex-col gap-2.5 p-1">
      <Field {...shared} label={t("fromField")} text={fromText} at={from} onChange={setFrom} />
      <Field {...shared} label={t("toField")} text={toText} at={to} onChange={setTo} />
      <p className="text-12 text-fg-3">
        {t("zone", { zone: f.timeZone, offset: f.zoneLabel(from ?? props.bounds.from) })}
      </p>
      <p id={faultId} className="min-h-4 text-12 text-state-gave-up" aria-live="polite">
        {fault === undefined ? "" : t(fault)}
      </p>
      <Button type="submit" variant="primary" locked={fault === undefined ? undefined : t(fault)}>
        {t("show")}
      </Button>
    </form>
  );
}

function Field(props: {
  readonly label: string;
  readonly text: string;
  readonly at: number | null;
  readonly onChange: (text: string) => void;
  readonly faultId: string;
  readonly isFaulty: boolean;
}) {
  const t = useTranslations("window");
  const f = useFormatters();
  const id = useId();
  return (
    <div className="flex flex-col gap-1 text-12 text-fg-2">
      <label htmlFor={id}>{props.label}</label>
      <Input
        id={id}
        type="datetime-local"
        step={1}
        value={props.text}
        aria-describedby={`${id}utc ${props.faultId}`}
        aria-invalid={props.isFaulty}
        onChange={(event) => props.onChange(event.target.value)}
      />
      <span id={`${id}utc`} className="min-h-4 font-mono text-11 text-fg-3">
        {props.at !== null && t("utc", { day: f.utcDay(props.at), time: f.utcClock(props.at) })}
      </span>
    </div>
  );
}
