/** Series of state over time, in the order legends and tooltips list them. */
export const STATE_SERIES = ["connected", "silent", "reconnecting", "gave_up", "unknown"] as const;
export type StateSeries = (typeof STATE_SERIES)[number];

/** Dogs by state at an instant (epoch ms). Connected counts settling; reconnecting counts refused and probing. */
export interface StatePoint extends Readonly<Record<StateSeries, number>> {
  readonly at: number;
}
