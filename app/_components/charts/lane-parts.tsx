"use client";

import clsx from "clsx";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { type Formatters, useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { type LaneSpan, type LaneState, type PlacedSpan, placeSpans } from "./lane-spans.ts";
import { fractionOf, timeTicks, zoneOffsetMs } from "./scale.ts";
import { useTickWord } from "./time-words.ts";

const LOOK: Record<LaneState, string> = {
  connected: "border-state-connected-fill border-b-2 bg-state-connected-fill/20",
  silent:
    "bg-state-silent-fill/25 [background-image:radial-gradient(var(--state-silent-fill)_0.8px,transparent_0.8px)] [background-size:5px_5px]",
  waiting: "border-state-reconnecting-fill border-b-2 bg-state-reconnecting-fill/28",
  planned: "border border-state-reconnecting-fill border-dashed bg-surface",
  may_give_up:
    "hatch border-state-gave-up-fill border-l-2 bg-surface [--hatch-ink:color-mix(in_srgb,var(--state-gave-up-fill)_40%,transparent)]",
  gave_up: "border-state-gave-up-fill border-l-2 bg-state-gave-up-fill/18",
  offline: "bg-state-offline-tint",
  unknown: "hatch border border-state-unknown-fill bg-surface",
};

export const stateWord = (t: ReturnType<typeof useTranslations<"charts.timeline">>, state: LaneState) =>
  state === "planned" ? t("waiting") : state === "may_give_up" ? t("mayGiveUp") : t(state);

/** Local time and UTC, with the day where it is not one. */
function spokenRange(f: Formatters, { from, to }: LaneSpan): string {
  const [word, utc] = f.day(from) === f.day(to) ? [f.clock, f.utcClock] : [f.full, f.utcDayMinutes];
  return `${f.range(word(from), word(to))} (${f.range(utc(from), utc(to))} UTC), ${f.duration(to - from)}`;
}

/** Stretches side by side, each with its words. */
export function Lane(props: {
  readonly spans: readonly LaneSpan[];
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly label?: string;
  readonly named?: boolean;
}) {
  return (
    <ol aria-label={props.label} className="relative" style={{ height: props.height }}>
      {placeSpans(props.spans, props.from, props.to).map((span) => (
        <Stretch key={`${span.from} ${span.state}`} span={span} named={props.named === true} />
      ))}
    </ol>
  );
}

function Stretch({ span, named }: { readonly span: PlacedSpan; readonly named: boolean }) {
  const t = useTranslations("charts.timeline");
  const f = useFormatters();
  const word = stateWord(t, span.state);
  const range = spokenRange(f, span);
  const spoken = span.merged === 1 ? `${word}, ${range}` : t("several", { state: word, count: span.merged, range });
  return (
    <li
      title={spoken}
      className={clsx("absolute inset-y-0 overflow-hidden", LOOK[span.state])}
      style={{ left: `${span.left * 100}%`, width: `max(1.5px, ${span.width * 100}%)` }}
    >
      <span className="sr-only">{spoken}</span>
      {named && span.width > 0.08 && (span.state === "connected" || span.state === "gave_up") && (
        <span aria-hidden className="flex h-full items-center gap-1.5 whitespace-nowrap px-2 text-11 text-fg-2">
          {span.state === "gave_up" && <StateGlyph state="gave_up" size={12} />}
          <span className={span.state === "gave_up" ? "text-state-gave-up" : ""}>{word}</span>
        </span>
      )}
    </li>
  );
}

/** Words at an instant of a lane. */
export function Word({
  left,
  className,
  children,
}: {
  readonly left: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <span className={clsx("absolute top-0 -translate-x-1/2 whitespace-nowrap", className)} style={{ left }}>
      {children}
    </span>
  );
}

/** Round local times under a lane; one within 5.5 % of any of `avoid` is left out, a mark's words sit there. */
export function TimeWords(props: {
  readonly from: number;
  readonly to: number;
  readonly most: number;
  readonly avoid?: readonly number[];
}) {
  const f = useFormatters();
  const word = useTickWord(props.from, props.to);
  const ticks = timeTicks(props.from, props.to, props.most, zoneOffsetMs(props.to, f.timeZone));
  return (
    <div aria-hidden className="relative h-[18px] text-11 text-fg-3">
      {ticks.map((tick) => {
        const share = fractionOf(tick, props.from, props.to);
        const isHidden =
          share < 0.03 || share > 0.98 || props.avoid?.some((taken) => Math.abs(share - taken) < 0.055) === true;
        return isHidden ? null : (
          <Word key={tick} left={`${share * 100}%`} className="mt-0.5 max-md:even:hidden">
            {word(tick)}
          </Word>
        );
      })}
    </div>
  );
}
