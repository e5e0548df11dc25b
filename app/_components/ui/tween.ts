/** Numbers and bars; the same as `--tween` in globals.css. */
export const TWEEN_MS = 160;

/** Cubic ease-out over 0..1. */
export const easeOut = (progress: number): number => 1 - (1 - progress) ** 3;
