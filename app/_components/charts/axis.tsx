import { CartesianGrid, XAxis, YAxis } from "recharts";
import type { Scale } from "./scale.ts";

/** Width of a left axis of counts below a thousand; overlays with words start here. */
export const AXIS_WIDTH = 30;
/** Width a left axis needs for its largest count: what lies over the plot starts there. */
export const countWidth = (...scales: readonly Scale[]): number =>
  Math.max(AXIS_WIDTH, ...scales.map(({ ticks }) => 9 + 7 * Math.max(...ticks.map((tick) => String(tick).length))));
/** How a chart's tooltip moves: at once, over what lies below the chart. */
export const TOOLTIP = {
  isAnimationActive: false,
  allowEscapeViewBox: { x: false, y: true },
  wrapperStyle: { zIndex: 20 },
} as const;
const TICK = { fontSize: 11, fill: "var(--fg-3)" } as const;

/**
 * Left axis from zero, no line. `word` says values that are no counts; such words may need more `width`. A function, not a
 * component: Recharts finds axes among its direct children.
 */
export const countAxis = (
  scale: Scale,
  { width = AXIS_WIDTH, word }: { width?: number; word?: (value: number) => string } = {},
) => (
  <YAxis
    width={width}
    domain={[0, scale.max]}
    ticks={[...scale.ticks]}
    tickLine={false}
    axisLine={false}
    tick={TICK}
    interval={0}
    tickMargin={4}
    allowDecimals={false}
    {...(word === undefined ? {} : { tickFormatter: word })}
  />
);

export const horizontalGrid = (scale: Scale) => (
  <CartesianGrid vertical={false} stroke="var(--chart-grid)" horizontalValues={[...scale.ticks]} />
);

/** Time axis over [from, to] in epoch ms; without words it only scales. */
export const timeAxis = (props: {
  from: number;
  to: number;
  ticks: readonly number[];
  word?: (at: number) => string;
}) => (
  <XAxis
    dataKey="at"
    type="number"
    scale="time"
    domain={[props.from, props.to]}
    ticks={[...props.ticks]}
    tickLine={false}
    axisLine={false}
    tick={props.word === undefined ? false : TICK}
    {...(props.word === undefined ? { height: 1 } : { tickFormatter: props.word, height: 18, tickMargin: 4 })}
    interval={0}
    allowDataOverflow
  />
);
