/** Strength of a cell, 0..1: the root tells small counts apart where one cell towers over all. Zero is nothing at all. */
export function heatStrength(count: number, most: number): number {
  return count <= 0 || most <= 0 ? 0 : Math.max(0.12, Math.sqrt(count / most));
}

export interface HeatPlace {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads within `rows` x `columns`; undefined for a key that moves nowhere. */
export function heatStep(key: string, from: HeatPlace, rows: number, columns: number): HeatPlace | undefined {
  const to = {
    ArrowLeft: { row: from.row, column: from.column - 1 },
    ArrowRight: { row: from.row, column: from.column + 1 },
    ArrowUp: { row: from.row - 1, column: from.column },
    ArrowDown: { row: from.row + 1, column: from.column },
    Home: { row: from.row, column: 0 },
    End: { row: from.row, column: columns - 1 },
  }[key];
  if (to === undefined || to.row < 0 || to.row >= rows || to.column < 0 || to.column >= columns) return undefined;
  return to;
}
