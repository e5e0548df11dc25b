const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1_000],
] as const;

export interface CompactDuration {
  readonly unit: "ms" | (typeof UNITS)[number][0];
  /** With one decimal below 100, whole from there on. */
  readonly value: number;
}

/** A duration in its largest unit of at least one: 151_000 is 2.5 min. */
export function compactDuration(ms: number): CompactDuration {
  const [unit, length] =
    UNITS.find(([, unitMs]) => ms >= unitMs) ?? (ms > 0 ? (["ms", 1] as const) : (["s", 1_000] as const));
  const value = Math.max(0, ms) / length;
  return { unit, value: value >= 100 || unit === "ms" ? Math.round(value) : Math.round(value * 10) / 10 };
}
