"use client";

import clsx from "clsx";
import { type PointerEvent, type ReactNode, useRef, useState } from "react";
import { useTranslations } from "use-intl/react";
import { type Formatters, useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { TimeTooltip } from "./chart-tooltip.tsx";
import { type LaneSpan, type LaneState, type PlacedSpan, placeSpans, spanAt } from "./lane-spans.ts";
import type { LaneView } from "./lane-view.ts";
import { fractionOf, thin, timeTicks, zoneOffsetMs } from "./scale.ts";
import { needsDay, useTickWord } from "./time-words.ts";
import { type LaneControl, useLaneBrush, useLaneHands } from "./use-lane-hands.ts";

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

/** A tick at an instant with words: "now", or the moment one came from. */
export interface LaneMark {
  readonly at: number;
  readonly label: string;
}

interface Magnified extends LaneView {
  readonly spans: readonly LaneSpan[];
  readonly dials: readonly LaneDial[];
  readonly marks: readonly LaneMark[];
}

/**
 * A dog's time as one lane, and a part of it magnified below. Instants in epoch ms; spans may overlap no other, gaps stay empty.
 * With `control` both take the operator's hand: wheel, pinch, drag and keys.
 */
export function TimelineLane(props: {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly spans: readonly LaneSpan[];
  readonly forces?: readonly LaneForce[];
  /** Words over unknown stretches: "no gateway 29 min". */
  readonly notes?: readonly { readonly at: number; readonly label: string }[];
  readonly zoom: Magnified;
  readonly control?: LaneControl | undefined;
}) {
  const { from, to, zoom, control } = props;
  const { brush, hands } = useLaneBrush({ from, to }, control);
  const share = (at: number) => fractionOf(at, from, to);
  const place = (at: number) => `${share(at) * 100}%`;
  const bracket = brush ?? zoom;
  return (
    <div className="relative">
      <div aria-hidden className="relative h-5 text-11 text-fg-2">
        {props.notes?.map((note) => (
          <span
            key={note.at}
            className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap"
            style={{ left: `clamp(72px, ${place(note.at)}, calc(100% - 72px))` }}
          >
            {note.label}
          </span>
        ))}
        {props.forces?.map((force) => (
          <span
            key={force.at}
            className="absolute top-0.5 -translate-x-1/2"
            style={{ left: place(force.at) }}
            title={force.label}
          >
            <StateGlyph state="forced" size={13} />
          </span>
        ))}
      </div>
      <div className={clsx("relative", control !== undefined && "cursor-crosshair touch-pan-y")} {...hands}>
        <Lane label={props.label} spans={props.spans} from={from} to={to} height={24} />
        <span
          aria-hidden
          className="pointer-events-none absolute -inset-y-0.5 rounded-[2px] border border-fg"
          style={{ left: place(bracket.from), width: `max(3px, ${(share(bracket.to) - share(bracket.from)) * 100}%)` }}
        />
      </div>
      <TimeWords from={from} to={to} most={7} />
      <Funnel left={share(zoom.from)} right={share(Math.min(zoom.to, to))} />
      <Zoom zoom={zoom} control={control} />
    </div>
  );
}

const stateWord = (t: ReturnType<typeof useTranslations<"charts.timeline">>, state: LaneState) =>
  state === "planned" ? t("waiting") : state === "may_give_up" ? t("mayGiveUp") : t(state);

/** Local time and UTC, with the day where it is not one. */
function spokenRange(f: Formatters, { from, to }: LaneSpan): string {
  const [word, utc] = f.day(from) === f.day(to) ? [f.clock, f.utcClock] : [f.full, f.utcDayMinutes];
  return `${f.range(word(from), word(to))} (${f.range(utc(from), utc(to))} UTC), ${f.duration(to - from)}`;
}

function Lane(props: {
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

function Zoom({ zoom, control }: { readonly zoom: Magnified; readonly control: LaneControl | undefined }) {
  const t = useTranslations("charts.timeline");
  const f = useFormatters();
  const box = useRef<HTMLDivElement>(null);
  const hands = useLaneHands(box, control);
  const [pointed, setPointed] = useState<number | null>(null);
  const at = (instant: number) => `${fractionOf(instant, zoom.from, zoom.to) * 100}%`;
  const dials = thin(
    zoom.dials.filter((dial) => dial.at >= zoom.from && dial.at <= zoom.to),
    40,
  );
  const words = zoom.spans.filter(
    (span) => (span.state === "silent" || span.state === "may_give_up") && span.to > zoom.from && span.from < zoom.to,
  );
  const point = (event: PointerEvent<HTMLDivElement>) => {
    const edge = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - edge.left) / Math.max(1, edge.width);
    setPointed(event.pointerType === "mouse" ? zoom.from + share * (zoom.to - zoom.from) : null);
  };
  const word = needsDay(zoom.from, zoom.to) ? f.dayMinutes : f.clock;
  return (
    <div className="relative">
      <div aria-hidden className="relative h-4 overflow-x-clip text-11 text-fg-2">
        {words.map((span) => (
          <Word
            key={span.from}
            left={at((Math.max(span.from, zoom.from) + Math.min(span.to, zoom.to)) / 2)}
            className={span.state === "may_give_up" ? "text-state-gave-up" : ""}
          >
            {stateWord(t, span.state)}
          </Word>
        ))}
        {spread(dials, zoom).map((dial) => (
          <Word key={dial.at} left={at(dial.at)} className={dial.planned ? "text-fg-3 max-md:hidden" : ""}>
            {dial.label}
          </Word>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset holds fields; this is a lane that keys move. */}
      <div
        ref={box}
        role="group"
        tabIndex={control === undefined ? undefined : 0}
        aria-label={t("magnified", { from: word(zoom.from), to: word(zoom.to) })}
        {...(control === undefined
          ? {}
          : { "aria-keyshortcuts": "ArrowLeft ArrowRight Plus Minus Home", "aria-description": t("hint") })}
        className={clsx(
          "relative rounded-[2px]",
          control !== undefined && "cursor-grab touch-pan-y active:cursor-grabbing",
        )}
        {...hands}
        onPointerMove={(event) => {
          point(event);
          hands.onPointerMove?.(event);
        }}
        onPointerLeave={() => setPointed(null)}
      >
        <Lane spans={zoom.spans} from={zoom.from} to={zoom.to} height={30} named />
        {dials.map((dial) => (
          <span
            key={dial.at}
            aria-hidden
            className={clsx(
              "pointer-events-none absolute inset-y-0",
              dial.planned ? "border-state-reconnecting-fill border-l border-dashed" : "border-fg border-l-2",
            )}
            style={{ left: at(dial.at) }}
          />
        ))}
        {zoom.marks
          .filter((mark) => mark.at >= zoom.from && mark.at <= zoom.to)
          .map((mark) => (
            <span
              key={mark.label}
              aria-hidden
              className="pointer-events-none absolute -top-2 -bottom-1 border-fg border-l-2"
              style={{ left: at(mark.at) }}
            >
              <span className="absolute top-full -translate-x-1/2 whitespace-nowrap rounded-small bg-tooltip px-1.5 font-semibold text-11 text-tooltip-fg">
                {mark.label}
              </span>
            </span>
          ))}
        {pointed !== null && <Pointed at={pointed} zoom={zoom} />}
      </div>
      <TimeWords
        from={zoom.from}
        to={zoom.to}
        most={10}
        avoid={zoom.marks.map((mark) => fractionOf(mark.at, zoom.from, zoom.to))}
      />
    </div>
  );
}

const LEAST_APART = 0.022;

/** Dials whose numbers do not touch the number before. */
function spread(dials: readonly LaneDial[], { from, to }: LaneView): LaneDial[] {
  const kept: LaneDial[] = [];
  for (const dial of dials) {
    const before = kept.at(-1);
    if (dial.label !== "" && (before === undefined || (dial.at - before.at) / (to - from) >= LEAST_APART))
      kept.push(dial);
  }
  return kept;
}

/** The instant under the pointer, to the second, and what the dog was then. */
function Pointed({ at, zoom }: { readonly at: number; readonly zoom: Magnified }) {
  const t = useTranslations("charts.timeline");
  const f = useFormatters();
  const span = spanAt(zoom.spans, at);
  const share = fractionOf(at, zoom.from, zoom.to);
  const rows =
    span === undefined
      ? []
      : [{ key: "state", label: stateWord(t, span.state), value: f.duration(span.to - span.from) }];
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-y-0 z-20 border-fg-2 border-l"
      style={{ left: `${share * 100}%` }}
    >
      <span className={clsx("absolute bottom-full mb-1 block", share > 0.5 ? "right-1" : "left-1")}>
        <TimeTooltip at={at} rows={rows} />
      </span>
    </span>
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
    <span className={clsx("absolute top-0 -translate-x-1/2 whitespace-nowrap", className)} style={{ left }}>
      {children}
    </span>
  );
}

/** Round local times under a lane; one within 5.5 % of any of `avoid` is left out, a mark's words sit there. */
function TimeWords(props: {
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

/** The grey wedge that says: this bit of the day is that lane. */
function Funnel({ left, right }: { readonly left: number; readonly right: number }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      className="pointer-events-none -mt-4 block h-5 w-full"
    >
      <polygon
        points={`${left * 100},0 ${Math.max(right, left + 0.003) * 100},0 100,10 0,10`}
        fill="var(--surface-sunken)"
      />
    </svg>
  );
}
