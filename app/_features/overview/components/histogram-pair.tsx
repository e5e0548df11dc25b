import clsx from "clsx";
import type { ReactNode } from "react";

/** Two small charts side by side, each under its own line of words: what is over, what is running. */
export function HistogramPair(props: {
  readonly first: ReactNode;
  readonly firstChart: ReactNode;
  readonly second: ReactNode;
  readonly secondChart: ReactNode;
  /** On a phone the first has the whole width. */
  readonly phoneFirstOnly?: boolean;
}) {
  const isAlone = props.phoneFirstOnly === true;
  return (
    <div className={clsx("grid h-full gap-3 md:grid-cols-[1.25fr_1fr]", !isAlone && "grid-cols-[1.25fr_1fr]")}>
      <Half words={props.first}>{props.firstChart}</Half>
      <Half words={props.second} className={isAlone ? "max-md:hidden" : ""}>
        {props.secondChart}
      </Half>
    </div>
  );
}

function Half(props: { readonly words: ReactNode; readonly children: ReactNode; readonly className?: string }) {
  return (
    <div className={clsx("flex min-w-0 flex-col", props.className)}>
      <p className="truncate text-12 text-fg-2">{props.words}</p>
      <div className="min-h-0 flex-1 pt-1">{props.children}</div>
    </div>
  );
}
