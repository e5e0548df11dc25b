"use client";

import clsx from "clsx";
import type { ReactNode } from "react";
import { ReasonSwatch } from "../ui/reason.tsx";
import { REASON_GROUP_COLOR, type ReasonGroup } from "../ui/reason-group.ts";

export interface ReasonBar {
  readonly group: ReasonGroup;
  /** "Network timeout" */
  readonly label: string;
  /** "network", or "3 reasons" for other. */
  readonly detail?: ReactNode;
  readonly count: number;
}

/** Dogs out now by reason: the bars are the legend of reasons over time, and a press filters by that reason. */
export function ReasonBarsNow(props: {
  readonly bars: readonly ReasonBar[];
  readonly onSelect?: ((group: ReasonGroup) => void) | undefined;
  readonly format?: (count: number) => string;
}) {
  const most = Math.max(1, ...props.bars.map((bar) => bar.count));
  return (
    <ul className="flex flex-col">
      {props.bars.map((bar) => {
        const share = bar.count === 0 ? 0 : Math.max(0.02, bar.count / most);
        const row = (
          <>
            <ReasonSwatch group={bar.group} />
            <span className="w-[108px] truncate text-left text-fg">{bar.label}</span>
            <span className="w-[58px] truncate text-left text-fg-2">{bar.detail}</span>
            <span aria-hidden className="h-[9px] min-w-12 flex-1 overflow-hidden rounded-[2px] bg-surface-sunken">
              <span
                className={clsx(
                  "block h-full rounded-[2px] transition-[width] duration-(--tween-ms)",
                  bar.group === "other" && bar.count > 0 && "hatch border border-chart-other",
                )}
                style={{
                  width: `${share * 100}%`,
                  ...(bar.group === "other"
                    ? { "--hatch-ink": "var(--chart-other)" }
                    : { background: REASON_GROUP_COLOR[bar.group] }),
                }}
              />
            </span>
            <span className="min-w-7 text-right font-semibold text-13 text-fg">
              {props.format?.(bar.count) ?? bar.count}
            </span>
          </>
        );
        const look = "flex h-[21px] w-full items-center gap-2 text-12 max-md:h-9";
        return (
          <li key={bar.group}>
            {props.onSelect === undefined ? (
              <span className={look}>{row}</span>
            ) : (
              <button
                type="button"
                onClick={() => props.onSelect?.(bar.group)}
                className={clsx(look, "rounded-small hover:bg-surface-hover")}
              >
                {row}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
