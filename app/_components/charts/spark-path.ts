/** Paths of a sparkline in a box of `width` x `height`; a null is a stretch nobody watched and breaks the line. */
export interface SparkPath {
  readonly line: string;
  readonly area: string;
  /** Last known point in fractions of the box, for the end dot; null when nothing is known. */
  readonly last: { readonly x: number; readonly y: number } | null;
}

/** `fit` spreads the values over the box with room above and below; `zero` puts the box's bottom at zero. */
export function sparkPath(
  values: readonly (number | null)[],
  width: number,
  height: number,
  baseline: "fit" | "zero" = "fit",
): SparkPath {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { line: "", area: "", last: null };
  const top = Math.max(...known);
  const bottom = baseline === "zero" ? 0 : Math.min(...known);
  const spread = top - bottom || Math.max(1, Math.abs(top));
  const low = baseline === "zero" ? 0 : bottom - spread * 0.5;
  const range = top + spread * 0.15 - low;
  const x = (index: number) => (values.length === 1 ? width : (index / (values.length - 1)) * width);
  const y = (value: number) => height - ((value - low) / range) * height;

  let line = "";
  let area = "";
  let run: string[] = [];
  let runStart = 0;
  let last: SparkPath["last"] = null;
  const flush = (end: number) => {
    if (run.length === 0) return;
    line += `M${run.join("L")}`;
    area += `M${x(runStart).toFixed(2)},${height}L${run.join("L")}L${x(end).toFixed(2)},${height}Z`;
    run = [];
  };
  values.forEach((value, index) => {
    if (value === null) {
      flush(index - 1);
      return;
    }
    if (run.length === 0) runStart = index;
    run.push(`${x(index).toFixed(2)},${y(value).toFixed(2)}`);
    last = { x: x(index) / width, y: y(value) / height };
  });
  flush(values.length - 1);
  return { line, area, last };
}
