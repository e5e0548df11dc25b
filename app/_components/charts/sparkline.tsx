import clsx from "clsx";
import { thin } from "./scale.ts";
import { sparkPath } from "./spark-path.ts";

/**
 * A line without axes: the shape of the last hour, oldest first. Decoration beside a number that says the value; give
 * `label` where it stands alone. `color` is a CSS colour, usually a token. Null values are gaps.
 */
export function Sparkline(props: {
  readonly values: readonly (number | null)[];
  readonly color?: string;
  readonly height?: number;
  readonly baseline?: "fit" | "zero";
  readonly label?: string | undefined;
  readonly className?: string | undefined;
}) {
  const height = props.height ?? 26;
  const color = props.color ?? "var(--chart-neutral)";
  const path = sparkPath(thin(props.values), 200, height, props.baseline);
  return (
    <div className={clsx("live-data relative", props.className)} style={{ height }}>
      <svg
        viewBox={`0 0 200 ${height}`}
        preserveAspectRatio="none"
        className="absolute inset-0 size-full overflow-visible"
        role={props.label === undefined ? undefined : "img"}
        aria-hidden={props.label === undefined || undefined}
        aria-label={props.label}
      >
        <path d={path.area} fill={color} opacity={0.12} />
        <path
          d={path.line}
          fill="none"
          stroke={color}
          strokeWidth={1.3}
          strokeLinejoin="round"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      {path.last !== null && (
        <span
          aria-hidden
          className="absolute size-[5px] -translate-x-1/2 -translate-y-1/2 rounded-full ring-2 ring-surface"
          style={{ left: `${path.last.x * 100}%`, top: `${path.last.y * 100}%`, background: color }}
        />
      )}
    </div>
  );
}
