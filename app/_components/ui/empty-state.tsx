import clsx from "clsx";
import type { ReactNode } from "react";

/** Says why there is nothing, and for which window; `children` is what to do next (a command, a button). */
export function EmptyState(props: {
  readonly icon?: ReactNode;
  readonly title: ReactNode;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
  readonly className?: string | undefined;
}) {
  return (
    <div className={clsx("flex flex-col items-center justify-center gap-1.5 px-4 py-6 text-center", props.className)}>
      {props.icon !== undefined && <div className="mb-1 text-fg-3 [&>svg]:size-5">{props.icon}</div>}
      <div className="font-semibold text-13">{props.title}</div>
      {props.text !== undefined && <p className="max-w-[52ch] text-balance text-13 text-fg-2">{props.text}</p>}
      {props.children !== undefined && (
        <div className="mt-1.5 flex flex-wrap items-center justify-center gap-2">{props.children}</div>
      )}
    </div>
  );
}
