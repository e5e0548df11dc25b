"use client";

import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useTranslations } from "use-intl/react";
import { Button } from "#app/_components/ui/button.tsx";
import { Input } from "#app/_components/ui/input.tsx";
import { Popover } from "#app/_components/ui/popover.tsx";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { parseWall, wallText } from "#app/_i18n/wall-time.ts";

const LONGEST_MS = 366 * 86_400_000;

interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** From when to when, in the operator's own time. Load it lazily. */
export function CustomWindow(props: {
  readonly trigger: ReactNode;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly bounds: Bounds;
  readonly onChoose: (from: number, to: number) => void;
}) {
  const t = useTranslations("overview.window");
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
  const t = useTranslations("overview.window");
  const f = useFormatters();
  const errorId = useId();
  const [from, setFrom] = useState(() => wallText(props.bounds.from, f.timeZone));
  const [to, setTo] = useState(() => wallText(props.bounds.to, f.timeZone));
  const fault = faultOf(parseWall(from, f.timeZone), parseWall(to, f.timeZone));
  const choose = (event: FormEvent) => {
    event.preventDefault();
    const [start, end] = [parseWall(from, f.timeZone), parseWall(to, f.timeZone)];
    if (fault === undefined && start !== null && end !== null) props.onChoose(start, end);
  };
  const field = (name: "fromField" | "toField", value: string, change: (text: string) => void) => (
    <div className="flex flex-col gap-1 text-12 text-fg-2">
      <label htmlFor={`${errorId}${name}`}>{t(name)}</label>
      <Input
        id={`${errorId}${name}`}
        type="datetime-local"
        step={1}
        value={value}
        aria-describedby={errorId}
        aria-invalid={fault !== undefined}
        onChange={(event) => change(event.target.value)}
      />
    </div>
  );
  return (
    <form onSubmit={choose} className="flex w-60 flex-col gap-2.5 p-1">
      {field("fromField", from, setFrom)}
      {field("toField", to, setTo)}
      <p id={errorId} className="min-h-4 text-12 text-state-gave-up" aria-live="polite">
        {fault === undefined ? "" : t(fault)}
      </p>
      <Button type="submit" variant="primary" locked={fault === undefined ? undefined : t(fault)}>
        {t("show")}
      </Button>
    </form>
  );
}

function faultOf(from: number | null, to: number | null): "missing" | "order" | "length" | undefined {
  if (from === null || to === null) return "missing";
  if (from >= to) return "order";
  return to - from > LONGEST_MS ? "length" : undefined;
}
