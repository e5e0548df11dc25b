"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import type { ReasonCode } from "#lib/reconnection/reason-code.ts";
import { REASON_GROUP_COLOR, type ReasonGroup, reasonGroup } from "./reason-group.ts";

/** The 10 px square of a reason; "other" is hatched. */
export function ReasonSwatch({
  group,
  className,
}: {
  readonly group: ReasonGroup;
  readonly className?: string | undefined;
}) {
  return (
    <span
      aria-hidden
      className={clsx(
        "inline-block size-2.5 shrink-0 rounded-[2px]",
        group === "other" && "hatch border border-chart-other",
        className,
      )}
      style={group === "other" ? { "--hatch-ink": "var(--chart-other)" } : { background: REASON_GROUP_COLOR[group] }}
    />
  );
}

/** Reason in words, with its swatch where charts are near and its raw error where the code says nothing. */
export function ReasonLabel(props: {
  readonly code: ReasonCode;
  readonly raw?: string | null | undefined;
  readonly swatch?: boolean;
  readonly className?: string | undefined;
}) {
  const t = useTranslations("reasons");
  return (
    <span className={clsx("inline-flex min-w-0 items-center gap-2", props.className)}>
      {props.swatch === true && <ReasonSwatch group={reasonGroup(props.code)} />}
      <span className="truncate">{t(props.code)}</span>
      {props.code === "unknown" && props.raw != null && (
        <span className="truncate font-mono text-12 text-fg-3" title={props.raw}>
          {props.raw}
        </span>
      )}
    </span>
  );
}
