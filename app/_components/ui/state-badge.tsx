"use client";

import clsx from "clsx";
import { useTranslations } from "use-intl/react";
import { type GlyphState, STATE_INK, StateGlyph } from "./state-glyph.tsx";

/** Glyph and word: state is never colour alone. `fraction` is the share of dials used (0..1). */
export function StateBadge(props: {
  readonly state: GlyphState;
  readonly fraction?: number | undefined;
  readonly size?: number | undefined;
  readonly className?: string | undefined;
}) {
  const t = useTranslations("states");
  return (
    <span
      className={clsx(
        "inline-flex items-center gap-2 align-middle whitespace-nowrap font-medium",
        STATE_INK[props.state],
        props.className,
      )}
    >
      <StateGlyph state={props.state} fraction={props.fraction} size={props.size} />
      {t(props.state)}
    </span>
  );
}
