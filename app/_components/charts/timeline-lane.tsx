"use client";

import clsx from "clsx";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { type LaneSpan, type LaneState, placeSpans } from "./lane-spans.ts";
import { fractionOf, thin, timeTicks, zoneOffsetMs } from "./scale.ts";

export interface LaneForce {
  readonly at: number;
  readonly label: string;
}
/** A dial in the magnified outage; a planned one is dashed. `label` is its number. */
export interface LaneDial {
  readonly at: number;
  readonly label: string;
  readonly planned: boolean;
}

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

/**
 * A dog's day as one lane, and an outage magnified below it. Instants in epoch ms; spans may overlap no other, gaps stay empty.
 * `zoom` draws the second lane over [zoom.from, zoom.to] with dials as ticks and the "now" mark.
 */
export function TimelineLane(props: {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly spans: readonly LaneSpan[];
  readonly forces?: readonly LaneForce[];
  /** Words over unknown stretches: "no gateway 29 min". */
  readonly notes?: readonly { readonly at: number; readonly label: string }[];
  readonly zoom?:
    | {
        readonly from: number;
        readonly to: number;
        readonly spans: readonly LaneSpan[];
        readonly dials: readonly LaneDial[];
      }
    | undefined;
}) {
  const { from, to, zoom } = props;
  const place = (at: number) => `${fractionOf(at, from, to) * 100}%`;
  return (
    <div className="relative">
      <div aria-hidden className="relative h-5 text-11 text-fg-2">
        {props.notes?.map((note) => (
          <span
            key={note.at}
            className="-translate-x-1/2 absolute top-0.5 whitespace-nowrap"
            style={{ left: place(note.at) }}
          >
            {note.label}
          </span>
        ))}
        {props.forces?.map((force) => (
          <span
            key={force.at}
            className="-translate-x-1/2 absolute top-0.5"
            style={{ left: place(force.at) }}
            title={force.label}
          >
            <StateGlyph state="forced" size={13} />
          </span>
        ))}
      </div>
      <Lane label={props.label} spans={props.spans} from={from} to={to} height={24} />
      <TimeWords from={from} to={to} most={7} />
      {zoom !== undefined && (
        <>
          <Funnel left={fractionOf(zoom.from, from, to)} right={fractionOf(Math.min(zoom.to, to), from, to)} />
          <Zoom zoom={zoom} now={props.now} />
        </>
      )}
    </div>
  );
}

function Lane(props: {
  readonly spans: readonly LaneSpan[];
  readonly from: number;
  readonly to: number;
  readonly height: number;
  readonly label?: string;
  readonly named?: boolean;
}) {
  const t = useTranslations("charts.timeline");
  const f = useFormatters();
  return (
    <ol aria-label={props.label} className="relative" style={{ height: props.height }}>
      {placeSpans(props.spans, props.from, props.to).map((span) => {
        const word =
          span.state === "planned" ? t("waiting") : span.state === "may_give_up" ? t("mayGiveUp") : t(span.state);
        const spoken = `${word}, ${f.clock(span.from)}\u2013${f.clock(span.to)}, ${f.duration(span.to - span.from)}`;
        return (
          <li
            key={`${span.from} ${span.state}`}
            title={spoken}
            className={clsx("absolute inset-y-0 overflow-hidden", LOOK[span.state])}
            style={{ left: `${span.left * 100}%`, width: `max(1.5px, ${span.width * 100}%)` }}
          >
            <span className="sr-only">{spoken}</span>
            {props.named === true && span.width > 0.08 && (span.state === "connected" || span.state === "gave_up") && (
              <span aria-hidden className="flex h-full items-center gap-1.5 whitespace-nowrap px-2 text-11 text-fg-2">
                {span.state === "gave_up" && <StateGlyph state="gave_up" size={12} />}
                <span className={span.state === "gave_up" ? "text-state-gave-up" : ""}>{word}</span>
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Zoom({
  zoom,
  now,
}: {
  readonly zoom: {
    readonly from: number;
    readonly to: number;
    readonly spans: readonly LaneSpan[];
    readonly dials: readonly LaneDial[];
  };
  readonly now: number;
}) {
  const t = useTranslations("charts");
  const at = (instant: number) => `${fractionOf(instant, zoom.from, zoom.to) * 100}%`;
  const words = zoom.spans.filter((span) => span.state === "silent" || span.state === "may_give_up");
  return (
    <div className="relative">
      <div aria-hidden className="relative h-4 text-11 text-fg-2">
        {words.map((span) => (
          <Word
            key={span.from}
            left={at((span.from + Math.min(span.to, zoom.to)) / 2)}
            className={span.state === "may_give_up" ? "text-state-gave-up" : ""}
          >
            {span.state === "may_give_up" ? t("timeline.mayGiveUp") : t("timeline.silent")}
          </Word>
        ))}
        {thin(zoom.dials, 40).map((dial) => (
          <Word key={dial.at} left={at(dial.at)} className={dial.planned ? "text-fg-3 max-md:hidden" : ""}>
            {dial.label}
          </Word>
        ))}
      </div>
      <div className="relative">
        <Lane spans={zoom.spans} from={zoom.from} to={zoom.to} height={30} named />
        {thin(zoom.dials, 40).map((dial) => (
          <span
            key={dial.at}
            aria-hidden
            className={clsx(
              "absolute inset-y-0",
              dial.planned ? "border-state-reconnecting-fill border-l border-dashed" : "border-fg border-l-2",
            )}
            style={{ left: at(dial.at) }}
          />
        ))}
        {now >= zoom.from && now <= zoom.to && (
          <span aria-hidden className="absolute -top-2 -bottom-1 border-fg border-l-2" style={{ left: at(now) }}>
            <span className="absolute top-full -translate-x-1/2 whitespace-nowrap rounded-small bg-tooltip px-1.5 font-semibold text-11 text-tooltip-fg">
              {t("now")}
            </span>
          </span>
        )}
      </div>
      <TimeWords from={zoom.from} to={zoom.to} most={10} avoid={fractionOf(now, zoom.from, zoom.to)} />
    </div>
  );
}

function Word({
  left,
  className,
  children,
}: {
  readonly left: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <span className={clsx("-translate-x-1/2 absolute top-0 whitespace-nowrap", className)} style={{ left }}>
      {children}
    </span>
  );
}

/** Round local times under a lane; one within 5.5 % of `avoid` is left out, the "now" mark sits there. */
function TimeWords(props: {
  readonly from: number;
  readonly to: number;
  readonly most: number;
  readonly avoid?: number;
}) {
  const f = useFormatters();
  const ticks = timeTicks(props.from, props.to, props.most, zoneOffsetMs(props.to, f.timeZone));
  return (
    <div aria-hidden className="relative h-[18px] text-11 text-fg-3">
      {ticks.map((tick) => {
        const share = fractionOf(tick, props.from, props.to);
        const isHidden =
          share < 0.03 || share > 0.98 || (props.avoid !== undefined && Math.abs(share - props.avoid) < 0.055);
        return isHidden ? null : (
          <Word key={tick} left={`${share * 100}%`} className="mt-0.5 max-md:even:hidden">
            {f.clockMinutes(tick)}
          </Word>
        );
      })}
    </div>
  );
}

/** The grey wedge that says: this bit of the day is that lane. */
function Funnel({ left, right }: { readonly left: number; readonly right: number }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      className="-mt-4 pointer-events-none block h-5 w-full"
    >
      <polygon
        points={`${left * 100},0 ${Math.max(right, left + 0.003) * 100},0 100,10 0,10`}
        fill="var(--surface-sunken)"
      />
    </svg>
  );
}
