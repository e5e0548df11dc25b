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
  /** Room in px for the end dot before the right edge; the area runs on to the edge. */
  readonly inset?: number;
  readonly label?: string | undefined;
  readonly className?: string | undefined;
}) {
  const height = props.height ?? 26;
  const inset = props.inset ?? 0;
  const color = props.color ?? "var(--chart-neutral)";
  const path = sparkPath(thin(props.values), 200, height, props.baseline);
  return (
    <div className={clsx("live-data relative", props.className)} style={{ height }}>
      <svg
        viewBox={`0 0 200 ${height}`}
        preserveAspectRatio="none"
        className="absolute inset-y-0 left-0 h-full overflow-visible"
        style={{ width: `calc(100% - ${inset}px)` }}
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
      {path.last !== null && inset > 0 && (
        <span
          aria-hidden
          className="absolute right-0 bottom-0 opacity-[0.12]"
          style={{ width: inset, height: `${(1 - path.last.y) * 100}%`, background: color }}
        />
      )}
      {path.last !== null && (
        <span
          aria-hidden
          className="absolute size-[5px] -translate-x-1/2 -translate-y-1/2 rounded-full ring-2 ring-surface"
          style={{
            left: `calc((100% - ${inset}px) * ${path.last.x})`,
            top: `${path.last.y * 100}%`,
            background: color,
          }}
        />
      )}
    </div>
  );
}
