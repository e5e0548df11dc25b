const SECOND_MS = 1_000;

/** What the magnified lane shows, epoch ms. */
export interface LaneView {
  readonly from: number;
  readonly to: number;
}

/** Nothing shorter is worth a look: each second is a tenth of the lane. */
const SHORTEST_MS = 10 * SECOND_MS;

/** `view` within `limits`, as long as it was where that fits, and on whole seconds. */
export function fitView(view: LaneView, limits: LaneView): LaneView {
  const longest = Math.max(SHORTEST_MS, limits.to - limits.from);
  const span = Math.min(longest, Math.max(SHORTEST_MS, view.to - view.from));
  const middle = (view.from + view.to) / 2;
  const from = Math.min(Math.max(limits.from, middle - span / 2), limits.to - span);
  return { from: Math.round(from / SECOND_MS) * SECOND_MS, to: Math.round((from + span) / SECOND_MS) * SECOND_MS };
}

/** Shows `factor` times as much (below 1 is closer), keeping `around` where it is. */
export function zoomView(
  view: LaneView,
  factor: number,
  limits: LaneView,
  around = (view.from + view.to) / 2,
): LaneView {
  const from = around - (around - view.from) * factor;
  const to = around + (view.to - around) * factor;
  // What does not fit on one side is added on the other: a zoom out at the edge still zooms out.
  return fitView({ from, to }, limits);
}

export function panView(view: LaneView, byMs: number, limits: LaneView): LaneView {
  const by = Math.min(limits.to - view.to, Math.max(limits.from - view.from, byMs));
  return fitView({ from: view.from + by, to: view.to + by }, limits);
}

export type LaneKey =
  | { readonly type: "zoom"; readonly factor: number }
  | { readonly type: "pan"; readonly share: number }
  | { readonly type: "all" };

export const ZOOM_IN = 0.5;
export const ZOOM_OUT = 2;
const PAN_SHARE = 0.2;

/** What a key on the lane means: arrows move by a fifth, with Shift by a whole view, plus and minus zoom, Home shows all. */
export function laneKey(key: string, isShift: boolean): LaneKey | null {
  switch (key) {
    case "+":
    case "=":
    case "ArrowUp":
      return { type: "zoom", factor: ZOOM_IN };
    case "-":
    case "_":
    case "ArrowDown":
      return { type: "zoom", factor: ZOOM_OUT };
    case "ArrowLeft":
      return { type: "pan", share: isShift ? -1 : -PAN_SHARE };
    case "ArrowRight":
      return { type: "pan", share: isShift ? 1 : PAN_SHARE };
    case "Home":
      return { type: "all" };
    default:
      return null;
  }
}
