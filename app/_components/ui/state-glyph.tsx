import type { ReactNode } from "react";
import type { DogState } from "#lib/fleet/dog.ts";

/** What a glyph can stand for: the states of a dog, a stretch nobody watched, an operator's hand, a dial in flight. */
export type GlyphState = DogState | "unknown" | "forced" | "dialing";

const FILL: Record<GlyphState, string> = {
  connected: "var(--state-connected-fill)",
  settling: "var(--state-settling)",
  silent: "var(--state-silent-fill)",
  reconnecting: "var(--state-reconnecting-fill)",
  dialing: "var(--state-reconnecting-fill)",
  probing: "var(--state-reconnecting-fill)",
  refused: "var(--state-refused-fill)",
  gave_up: "var(--state-gave-up-fill)",
  offline: "var(--state-offline-fill)",
  retired: "var(--state-offline-fill)",
  unknown: "var(--state-unknown-fill)",
  forced: "var(--state-forced-fill)",
};

/** Ink for words in that state, as a Tailwind class. */
export const STATE_INK: Record<GlyphState, string> = {
  connected: "text-state-connected",
  settling: "text-state-settling",
  silent: "text-state-silent",
  reconnecting: "text-state-reconnecting",
  dialing: "text-state-reconnecting",
  probing: "text-state-reconnecting",
  refused: "text-state-refused",
  gave_up: "text-state-gave-up",
  offline: "text-fg-2",
  retired: "text-fg-2",
  unknown: "text-fg-2",
  forced: "text-state-forced",
};

/** A pie from twelve o'clock in a 16-box; full at 1. */
function piePath(fraction: number): string {
  const share = Math.min(0.9999, Math.max(0, fraction));
  const angle = share * 2 * Math.PI;
  const x = 8 + 3.8 * Math.sin(angle);
  const y = 8 - 3.8 * Math.cos(angle);
  return `M8 8V4.2A3.8 3.8 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(3)} ${y.toFixed(3)}Z`;
}

function ringWithPie(fraction: number): ReactNode {
  return (
    <>
      <circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" strokeWidth="1.7" />
      {fraction > 0 ? (
        <path d={piePath(fraction)} fill="currentColor" />
      ) : (
        <path d="M8 5v3" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" />
      )}
    </>
  );
}

function shape(state: GlyphState, fraction: number): ReactNode {
  const line = {
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 1.6,
    strokeLinecap: "round",
    strokeLinejoin: "round",
  } as const;
  switch (state) {
    case "connected":
      return (
        <>
          <circle cx="8" cy="8" r="7" fill="currentColor" />
          <path {...line} stroke="var(--surface)" strokeWidth={1.8} d="m4.9 8.2 2.2 2.2 4.1-4.5" />
        </>
      );
    case "settling":
      return (
        <>
          <path {...line} d="M13.9 6.3A6.1 6.1 0 1 1 6.7 2.05" />
          <path {...line} d="m5.7 7.9 2 2 4.6-5" />
        </>
      );
    case "silent":
      return (
        <>
          <circle {...line} cx="8" cy="8" r="6.1" strokeWidth={1.8} strokeDasharray="0.01 3.82" />
          <circle cx="8" cy="8" r="2.1" fill="currentColor" opacity={0.75} />
        </>
      );
    case "reconnecting":
      return ringWithPie(fraction);
    case "dialing":
      return ringWithPie(Math.max(fraction, 0.5));
    case "probing":
      return (
        <>
          <circle {...line} cx="8" cy="8" r="6.1" />
          <path {...line} strokeWidth={1.5} d="M8 4.8V8l2.1 1.3" />
        </>
      );
    case "refused":
      return (
        <>
          <circle {...line} cx="5.2" cy="10.8" r="3.2" />
          <path {...line} d="m7.6 8.4 6-6M11.2 4.8l2.2 2.2" />
        </>
      );
    case "gave_up":
      return (
        <>
          <path fill="currentColor" d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" />
          <path {...line} stroke="var(--surface)" strokeWidth={1.7} d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2" />
        </>
      );
    case "offline":
      return <circle {...line} cx="8" cy="8" r="6.1" />;
    case "retired":
      return (
        <>
          <circle {...line} cx="8" cy="8" r="6.1" />
          <path {...line} d="m3.8 12.2 8.4-8.4" />
        </>
      );
    case "unknown":
      return (
        <>
          <rect {...line} x="2" y="2" width="12" height="12" rx="2" strokeWidth={1.3} />
          <path
            {...line}
            strokeWidth={1.2}
            strokeLinecap="butt"
            d="M2.5 7 7 2.5M2.5 11 11 2.5M3 14 14 3M5.5 14 14 5.5M9.5 14 14 9.5"
          />
        </>
      );
    case "forced":
      return <path fill="currentColor" d="M9.6.8 2.5 9.4h4.6l-.9 5.9 7.3-8.7H8.9z" />;
  }
}

/**
 * One silhouette a state. `fraction` (0..1) is the share of dials used, drawn as the pie of a reconnecting dog.
 * Decorative unless `label` is given: the word beside it says the state.
 */
export function StateGlyph(props: {
  readonly state: GlyphState;
  readonly fraction?: number | undefined;
  readonly size?: number | undefined;
  readonly label?: string | undefined;
  readonly className?: string | undefined;
}) {
  const size = props.size ?? 14;
  return (
    <svg
      role={props.label === undefined ? undefined : "img"}
      aria-hidden={props.label === undefined || undefined}
      aria-label={props.label}
      viewBox="0 0 16 16"
      width={size}
      height={size}
      style={{ color: FILL[props.state], flexShrink: 0, overflow: "visible" }}
      className={props.className}
    >
      {shape(props.state, props.fraction ?? 0.5)}
    </svg>
  );
}
