/** One line: its key in the points, its look. */
export interface LineSeries {
  readonly key: string;
  readonly label: string;
  /** A CSS colour, usually a token. */
  readonly color: string;
  readonly dash?: string;
  readonly width?: number;
}

/** One bucket that begins at `at` (epoch ms); null where there is nothing to say. */
export interface LinePoint {
  readonly at: number;
  readonly values: Readonly<Record<string, number | null>>;
}

/** Indexes of points whose neighbours are both null: a line would not show them. */
export function isolated(points: readonly LinePoint[], key: string): ReadonlySet<number> {
  const has = (index: number) => (points[index]?.values[key] ?? null) !== null;
  return new Set(points.map((_, index) => index).filter((index) => has(index) && !has(index - 1) && !has(index + 1)));
}
