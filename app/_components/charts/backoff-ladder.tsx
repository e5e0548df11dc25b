"use client";

import clsx from "clsx";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslations } from "use-intl/react";
import { useFormatters } from "#app/_i18n/use-formatters.ts";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { type LadderColumn, type LadderDial, ladderColumns } from "./ladder-columns.ts";

/** How the schedule ends; instants in epoch ms. */
export type LadderEnd =
  | { readonly type: "gives_up"; readonly from: number; readonly to: number; readonly estimated: boolean }
  | { readonly type: "gave_up"; readonly at: number }
  | { readonly type: "never" };

/**
 * One column a dial: height is the wait, the time of the dial below. Lapsed tinted, current filling up to the "now" mark,
 * planned dashed, the end as octagon and range. `now` is the server's clock.
 */
export function BackoffLadder(props: {
  readonly dials: readonly LadderDial[];
  readonly now: number;
  readonly end: LadderEnd;
  readonly label: string;
}) {
  const t = useTranslations("charts.ladder");
  const { columns, hiddenBefore, hiddenAfter } = ladderColumns(props.dials, props.now);
  const box = useRef<HTMLDivElement>(null);
  const waiting = columns.findIndex((column) => column.status === "waiting");
  // On a phone the ladder is wider than the screen: start where the dog is, and follow it from dial to dial.
  useEffect(() => {
    const element = box.current;
    if (element === null || waiting === -1) return;
    const column = element.querySelector<HTMLElement>("[aria-current=step]");
    if (column !== null) element.scrollLeft = column.offsetLeft - element.clientWidth / 2 + column.clientWidth / 2;
  }, [waiting]);
  return (
    <div
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className="relative overflow-x-auto rounded-small pb-1"
    >
      <ol
        aria-label={props.label}
        className="grid min-w-fit grid-flow-col border-transparent pt-6"
        style={{ gridAutoColumns: "minmax(62px, 1fr)" }}
      >
        {hiddenBefore > 0 && <Aside>{t("more", { n: hiddenBefore })}</Aside>}
        {columns.map((column) => (
          <Column key={column.n} column={column} now={props.now} />
        ))}
        {hiddenAfter > 0 && <Aside>{t("more", { n: hiddenAfter })}</Aside>}
        <End end={props.end} />
      </ol>
    </div>
  );
}

const PLOT = "relative flex h-[98px] items-end border-border-strong border-b px-[3px]";

function Column({ column, now }: { readonly column: LadderColumn; readonly now: number }) {
  const t = useTranslations("charts");
  const f = useFormatters();
  const { status } = column;
  const tilde = column.estimated ? <span className="text-fg-3">~</span> : null;
  return (
    <li aria-current={status === "waiting" ? "step" : undefined} className="flex min-w-0 flex-col">
      <div className={PLOT}>
        <div className="relative w-full" style={{ height: Math.max(2, column.height * 80) }}>
          <span
            className={clsx(
              "absolute inset-x-0 bottom-full whitespace-nowrap pb-0.5 text-12",
              status === "waiting" ? "font-medium text-fg" : "text-center text-fg-3",
            )}
          >
            {f.duration(column.waitMs, 1)}
          </span>
          <div
            className={clsx(
              "absolute inset-0 overflow-hidden",
              status === "lapsed" && "border-state-reconnecting-fill border-t-2 bg-state-reconnecting-fill/28",
              status === "waiting" && "rounded-t-[2px] border border-state-reconnecting-fill border-b-0 bg-surface",
              status === "planned" && "rounded-t-[2px] border border-border-strong border-b-0 border-dashed",
            )}
          >
            {status === "waiting" && (
              <div className="h-full bg-state-reconnecting-fill" style={{ width: `${column.filled * 100}%` }} />
            )}
          </div>
          {status === "waiting" && (
            <span
              className="absolute -top-5 bottom-[-4px] z-10 border-fg border-l"
              style={{ left: `${column.filled * 100}%` }}
            >
              <span className="absolute bottom-full left-0 -translate-x-1/2 whitespace-nowrap rounded-small bg-tooltip px-1.5 font-semibold text-11 text-tooltip-fg">
                {t("now")}
              </span>
            </span>
          )}
        </div>
      </div>
      <Caption>
        <span className={status === "planned" ? "text-fg-3" : "text-fg"}>
          {status === "lapsed" && <span aria-hidden>× </span>}
          {t("ladder.dial", { n: column.n })}
          <span className="sr-only"> {t(`ladder.${status}`)}</span>
        </span>
        <span className="font-mono text-11 text-fg-3">
          {tilde}
          {f.clock(column.at)}
        </span>
        {status === "waiting" && (
          <span className="font-semibold text-state-reconnecting">
            {t("ladder.in", { time: f.estimate(f.duration(column.at - now), column.estimated) })}
          </span>
        )}
      </Caption>
    </li>
  );
}

function End({ end }: { readonly end: LadderEnd }) {
  const t = useTranslations("charts.ladder");
  const f = useFormatters();
  if (end.type === "never") {
    return (
      <li className="flex flex-col">
        <div className={`${PLOT} justify-center`}>
          <StateGlyph state="probing" size={20} className="mb-3" />
        </div>
        <Caption>
          <span className="text-state-reconnecting">{t("never")}</span>
        </Caption>
      </li>
    );
  }
  const tilde = end.type === "gives_up" && end.estimated ? <span className="text-fg-3">~</span> : null;
  return (
    <li className="flex flex-col">
      <div className={`${PLOT} justify-center`}>
        <StateGlyph state="gave_up" size={20} className="mb-3" />
      </div>
      <Caption>
        <span className="text-state-gave-up">{end.type === "gave_up" ? t("gaveUp") : t("givesUp")}</span>
        <span className="font-mono text-11 text-fg-3">
          {tilde}
          {f.clock(end.type === "gave_up" ? end.at : end.from)}
        </span>
        {end.type === "gives_up" && end.to > end.from && (
          <span className="font-mono text-11 text-fg-3">–{f.clock(end.to)}</span>
        )}
      </Caption>
    </li>
  );
}

function Aside({ children }: { readonly children: ReactNode }) {
  return (
    <li className="flex flex-col">
      <div className={PLOT} />
      <Caption>
        <span className="text-fg-3">{children}</span>
      </Caption>
    </li>
  );
}

function Caption({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-col items-center whitespace-nowrap pt-1 text-center text-12 leading-[15px]">
      {children}
    </div>
  );
}
