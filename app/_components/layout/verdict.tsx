import clsx from "clsx";
import type { ReactNode } from "react";

export type VerdictTone = "calm" | "plain" | "warning" | "critical" | "silent" | "offline";

const BANNER: Record<VerdictTone, string> = {
  calm: "border-transparent",
  plain: "border-transparent",
  warning: "border-state-reconnecting-fill/50 bg-state-reconnecting-tint",
  critical: "border-state-gave-up-fill/50 bg-state-gave-up-tint",
  silent: "border-state-silent-fill/50 bg-state-silent-tint",
  offline: "border-border-strong bg-state-offline-tint",
};
const TILE: Record<VerdictTone, string> = {
  calm: "bg-state-connected-tint",
  plain: "bg-surface-active text-fg-2",
  warning: "bg-surface text-state-reconnecting",
  critical: "bg-state-gave-up-fill text-white",
  silent: "bg-surface text-state-silent",
  offline: "bg-surface text-fg-2",
};

/**
 * The 56 px slot that answers first: calm, incident, stale and one dog's state all fit it, so nothing below moves.
 * `glyph` about 18 px; `sentence` names what happens if nothing is done; `actions` at most one primary button.
 */
export function Verdict(props: {
  readonly tone: VerdictTone;
  readonly glyph: ReactNode;
  readonly title: ReactNode;
  readonly sentence?: ReactNode;
  readonly actions?: ReactNode;
  readonly level?: 1 | 2;
}) {
  const Heading = props.level === 2 ? "h2" : "h1";
  const hasBanner = props.tone !== "calm" && props.tone !== "plain";
  return (
    <section
      className={clsx(
        "flex min-h-14 items-center gap-3.5 rounded-card border max-md:flex-wrap max-md:items-start",
        BANNER[props.tone],
        hasBanner && "px-3.5 max-md:py-3",
      )}
    >
      <div className={clsx("grid size-9 shrink-0 place-items-center rounded-[8px]", TILE[props.tone])}>
        {props.glyph}
      </div>
      <div className="min-w-0 flex-1">
        <Heading className="truncate font-semibold text-18 tracking-[-0.018em] max-md:whitespace-normal lang-zh:tracking-normal">
          {props.title}
        </Heading>
        {props.sentence !== undefined && (
          <p className="truncate text-13 text-fg-2 max-md:whitespace-normal [&_b]:font-semibold [&_b]:text-fg">
            {props.sentence}
          </p>
        )}
      </div>
      {props.actions !== undefined && (
        <div className="flex shrink-0 items-center gap-2.5 max-md:w-full max-md:flex-wrap">{props.actions}</div>
      )}
    </section>
  );
}
