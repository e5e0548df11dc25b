"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import { type AttemptTone, segmentKinds } from "./attempt-segments.ts";

const FILL: Record<AttemptTone, { full: string; outline: string }> = {
  reconnecting: {
    full: "bg-state-reconnecting-fill",
    outline: "border-state-reconnecting-fill bg-state-reconnecting-tint",
  },
  probing: {
    full: "bg-state-reconnecting-fill/45",
    outline: "border-state-reconnecting-fill bg-state-reconnecting-tint",
  },
  refused: { full: "bg-state-refused-fill", outline: "border-state-refused-fill bg-state-refused-tint" },
  gave_up: { full: "bg-state-gave-up-fill", outline: "border-state-gave-up-fill bg-state-gave-up-tint" },
  settling: {
    full: "border border-state-connected-fill bg-state-settling-fill/70",
    outline: "border-state-connected-fill bg-state-settling-tint",
  },
};

/**
 * Dials of an outage: one block a dial (at most 16 drawn), the running one outlined, the rest grey; then "~7/10".
 * `attempt` is the dial now waited for; for a dog that gave up or came back all dials used are full.
 */
export function AttemptBar(props: {
  readonly attempt: number;
  readonly max: number;
  readonly tone: AttemptTone;
  readonly estimated?: boolean;
  readonly hideNumber?: boolean;
}) {
  const t = useTranslations("ui");
  const { attempt, max, tone, estimated = false } = props;
  const kinds = segmentKinds(attempt, max, tone);
  const narrow = kinds.length > 10;
  const spoken = t(estimated ? "attemptsEstimated" : "attempts", { attempt, max });
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap align-middle">
      <span role="img" aria-label={spoken} className={clsx("inline-flex", narrow ? "gap-px" : "gap-[2px]")}>
        {kinds.map((kind, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a block is its position.
            key={index}
            className={clsx(
              "h-[9px]",
              narrow ? "w-[3px] rounded-[1px]" : "w-[5px] rounded-[1.5px]",
              kind === "full" && FILL[tone].full,
              kind === "running" && `border ${FILL[tone].outline}`,
              kind === "empty" && "bg-surface-active",
            )}
          />
        ))}
      </span>
      {props.hideNumber !== true && (
        <span aria-hidden className="text-fg-2">
          {estimated && <span className="text-fg-3">~</span>}
          {attempt}/{max}
        </span>
      )}
    </span>
  );
}
