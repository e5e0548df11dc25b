/** A share (0..1) as percent with `digits` decimals. What is not all never reads 100, what is not nothing never reads 0. */
export function percentFigure(share: number, digits = 1): number {
  const step = 10 ** digits;
  const rounded = Math.round(share * 100 * step) / step;
  if (share < 1 && rounded >= 100) return 100 - 1 / step;
  if (share > 0 && rounded <= 0) return 1 / step;
  return rounded;
}
