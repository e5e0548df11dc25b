"use client";

import clsx from "clsx";
import { type PointerEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { TimeTooltip } from "./chart-tooltip.tsx";
import { Lane, stateWord, TimeWords, Word } from "./lane-parts.tsx";
import { type LaneSpan, spanAt } from "./lane-spans.ts";
import type { LaneView } from "./lane-view.ts";
import { fractionOf, thin } from "./scale.ts";
import { needsDay } from "./time-words.ts";
import { type LaneControl, useLaneHands } from "./use-lane-hands.ts";

/** A dial in the magnified outage; a planned one is dashed. `label` is its number. */
export interface LaneDial {
  readonly at: number;
  readonly label: string;
  readonly planned: boolean;
}

/** A tick at an instant with words: "now", or the moment one came from. */
export interface LaneMark {
  readonly at: number;
  readonly label: string;
}

export interface Magnified extends LaneView {
  readonly spans: readonly LaneSpan[];
  readonly dials: readonly LaneDial[];
  readonly marks: readonly LaneMark[];
}

/** A part of the lane, its dials and marks; with `control` it takes the hand: wheel, pinch, drag and keys. */
export function MagnifiedLane({
  zoom,
  control,
}: {
  readonly zoom: Magnified;
  readonly control: LaneControl | undefined;
}) {
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
