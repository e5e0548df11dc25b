"use client";

import clsx from "clsx";
import { StateGlyph } from "../ui/state-glyph.tsx";
import { Lane, TimeWords } from "./lane-parts.tsx";
import type { LaneSpan } from "./lane-spans.ts";
import { type Magnified, MagnifiedLane } from "./magnified-lane.tsx";
import { fractionOf } from "./scale.ts";
import { type LaneControl, useLaneBrush } from "./use-lane-hands.ts";

export interface LaneForce {
  readonly at: number;
  readonly label: string;
}
/**
 * A dog's time as one lane, and a part of it magnified below. Instants in epoch ms; spans may overlap no other, gaps stay empty.
 * With `control` both take the operator's hand: wheel, pinch, drag and keys.
 */
export function TimelineLane(props: {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly spans: readonly LaneSpan[];
  readonly forces?: readonly LaneForce[];
  /** Words over unknown stretches: "no gateway 29 min". */
  readonly notes?: readonly { readonly at: number; readonly label: string }[];
  readonly zoom: Magnified;
  readonly control?: LaneControl | undefined;
}) {
  const { from, to, zoom, control } = props;
  const { brush, hands } = useLaneBrush({ from, to }, control);
  const share = (at: number) => fractionOf(at, from, to);
  const place = (at: number) => `${share(at) * 100}%`;
  const bracket = brush ?? zoom;
  return (
    <div className="relative">
      <div aria-hidden className="relative h-5 text-11 text-fg-2">
        {props.notes?.map((note) => (
          <span
            key={note.at}
            className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap"
            style={{ left: `clamp(72px, ${place(note.at)}, calc(100% - 72px))` }}
          >
            {note.label}
          </span>
        ))}
        {props.forces?.map((force) => (
          <span
            key={force.at}
            className="absolute top-0.5 -translate-x-1/2"
            style={{ left: place(force.at) }}
            title={force.label}
          >
            <StateGlyph state="forced" size={13} />
          </span>
        ))}
      </div>
      <div className={clsx("relative", control !== undefined && "cursor-crosshair touch-pan-y")} {...hands}>
        <Lane label={props.label} spans={props.spans} from={from} to={to} height={24} />
        <span
          aria-hidden
          className="pointer-events-none absolute -inset-y-0.5 rounded-[2px] border border-fg"
          style={{ left: place(bracket.from), width: `max(3px, ${(share(bracket.to) - share(bracket.from)) * 100}%)` }}
        />
      </div>
      <TimeWords from={from} to={to} most={7} />
      <Funnel left={share(zoom.from)} right={share(Math.min(zoom.to, to))} />
      <MagnifiedLane zoom={zoom} control={control} />
    </div>
  );
}

/** The grey wedge that says: this bit of the day is that lane. */
function Funnel({ left, right }: { readonly left: number; readonly right: number }) {
  return (
    <svg
      aria-hidden
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      className="pointer-events-none -mt-4 block h-5 w-full"
    >
      <polygon
        points={`${left * 100},0 ${Math.max(right, left + 0.003) * 100},0 100,10 0,10`}
        fill="var(--surface-sunken)"
      />
    </svg>
  );
}
