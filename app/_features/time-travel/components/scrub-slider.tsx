"use client";

import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslations } from "use-intl/react";
import { fractionOf, timeTicks, zoneOffsetMs } from "#app/_components/charts/scale.ts";
import { useTickWord } from "#app/_components/charts/time-words.ts";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { browserClock } from "#app/_live/browser-clock.ts";
import { travelQueries } from "../api/travel-queries.ts";
import type { Travel } from "../hooks/use-travel.ts";
import { type ScrubRange, scrubKey, stripBars } from "../model/scrub.ts";

/** While the hand moves, the page follows after this long at rest. */
const SETTLE_MS = 180;
const SECOND_MS = 1_000;
const MOST_TICKS = 7;

const TRACK =
  "absolute inset-0 m-0 h-9 w-full cursor-ew-resize appearance-none rounded-small bg-transparent [&::-moz-range-thumb]:h-9 [&::-moz-range-thumb]:w-1.5 [&::-moz-range-thumb]:rounded-full [&::-moz-range-thumb]:border-0 [&::-moz-range-thumb]:bg-accent [&::-webkit-slider-thumb]:h-9 [&::-webkit-slider-thumb]:w-1.5 [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:rounded-full [&::-webkit-slider-thumb]:bg-accent [&::-webkit-slider-thumb]:shadow-[0_0_0_2px_var(--surface)]";

/** Time from the horizon to now under the hand, with a strip of the outages begun behind it. */
export function ScrubSlider({ travel, range }: { readonly travel: Travel; readonly range: ScrubRange }) {
  const t = useTranslations("past");
  const f = useFormatters();
  const { at, now, move } = travel;
  const [held, setHeld] = useState<number | null>(null);
  const shown = Math.min(held ?? at ?? range.to, range.to);
  const latestMove = useRef(move);
  useEffect(() => {
    latestMove.current = move;
  });
  useEffect(() => {
    if (held === null) return;
    return browserClock.schedule(SETTLE_MS, () => {
      latestMove.current(held);
      setHeld(null);
    });
  }, [held]);
  // The clock runs on while the hand rests: what reached its end means live, not the moment that was now.
  const hold = (wanted: number) => {
    const isEnd = wanted >= (range.endsNow ? range.to : now) - SECOND_MS;
    setHeld(isEnd ? Number.POSITIVE_INFINITY : Math.max(range.from, wanted));
  };
  const press = (event: KeyboardEvent) => {
    const by = scrubKey(event.key, event.shiftKey);
    if (by === null) return;
    event.preventDefault();
    event.stopPropagation();
    hold(by === "earliest" ? range.from : by === "live" ? now : shown + by);
  };
  const isLive = held === null && at === null;
  return (
    <div className="relative min-w-52 flex-1 pb-4 max-md:order-1 max-md:w-full max-md:flex-none">
      <div className="relative h-9 overflow-hidden rounded-small border border-border bg-surface-sunken">
        <Strip range={range} />
        <span
          aria-hidden
          className="absolute inset-y-0 right-0 bg-accent/12"
          style={{ left: `${fractionOf(shown, range.from, range.to) * 100}%` }}
        />
      </div>
      <input
        type="range"
        aria-label={t("slider")}
        aria-valuetext={isLive ? t("isLive") : t("valueText", { time: f.full(shown), ago: f.duration(now - shown) })}
        min={range.from}
        max={range.to}
        step={1_000}
        value={shown}
        onChange={(event) => hold(Number(event.target.value))}
        onKeyDown={press}
        className={TRACK}
      />
      {held !== null && (
        <span
          aria-hidden
          className="-translate-x-1/2 pointer-events-none absolute -top-7 z-10 whitespace-nowrap rounded-small bg-tooltip px-1.5 py-0.5 font-mono text-11 text-tooltip-fg"
          style={{ left: `clamp(40px, ${fractionOf(shown, range.from, range.to) * 100}%, calc(100% - 40px))` }}
        >
          {f.moment(shown, now)}
        </span>
      )}
      <Ticks range={range} />
    </div>
  );
}

/** Where outages began: the higher, the more. */
function Strip({ range }: { readonly range: ScrubRange }) {
  const t = useTranslations("past");
  const f = useFormatters();
  const { data } = useQuery(travelQueries.strip(range));
  const bars = data === undefined ? [] : stripBars(data, range.from, range.to);
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const worst = bars.reduce<(typeof bars)[number] | null>(
    (most, bar) => (most === null || bar.count > most.count ? bar : most),
    null,
  );
  return (
    <>
      <svg aria-hidden viewBox="0 0 1000 100" preserveAspectRatio="none" className="absolute inset-0 size-full">
        {bars.map((bar) => (
          <rect
            key={bar.at}
            x={bar.left * 1_000}
            y={96 - bar.height * 88}
            width={Math.max(1.5, bar.width * 1_000 - 0.6)}
            height={bar.height * 88 + 4}
            fill="var(--state-reconnecting-fill)"
            opacity={0.75}
          />
        ))}
      </svg>
      {worst !== null && (
        <span className="sr-only">
          {t("strip", { count: total, most: worst.count, time: f.clockMinutes(worst.at) })}
        </span>
      )}
    </>
  );
}

function Ticks({ range }: { readonly range: ScrubRange }) {
  const f = useFormatters();
  const word = useTickWord(range.from, range.to);
  return (
    <div aria-hidden className="absolute inset-x-0 bottom-0 h-3.5 text-11 text-fg-3">
      {timeTicks(range.from, range.to, MOST_TICKS, zoneOffsetMs(range.to, f.timeZone)).map((tick) => {
        const share = fractionOf(tick, range.from, range.to);
        return share < 0.03 || share > 0.97 ? null : (
          <span
            key={tick}
            className="-translate-x-1/2 absolute whitespace-nowrap max-md:even:hidden"
            style={{ left: `${share * 100}%` }}
          >
            {word(tick)}
          </span>
        );
      })}
    </div>
  );
}
