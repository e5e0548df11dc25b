/** Rows drawn from `from` up to and without `to`. */
export interface DrawnWindow {
  readonly from: number;
  readonly to: number;
}

/** The window moves in steps of this many rows: between two steps a scroll neither draws a row nor lays the table out. */
export const WINDOW_STEP = 4;

/** The window that holds the rows `first` to `last` (-1: none) of `count`. Both its ends move at once. */
export function drawnWindow(first: number, last: number, count: number): DrawnWindow {
  const from = Math.floor(first / WINDOW_STEP) * WINDOW_STEP;
  const most = last - first + WINDOW_STEP;
  return { from, to: Math.min(count, from + Math.ceil(most / WINDOW_STEP) * WINDOW_STEP) };
}
