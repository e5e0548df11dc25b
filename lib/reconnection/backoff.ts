/** Doublings past this exceed any delay a timer can hold, so the exponent never overflows. */
const LARGEST_EXPONENT = 1_023;

/**
 * Wait in ms after failed attempt `attempt` (0-based): `baseDelayMs * 2^attempt`, never above `maxDelayMs`, never negative.
 * As the seed's CalculateBackoff (2.1), but clamped where Go's int64 overflows.
 */
export function calculateBackoff(attempt: number, baseDelayMs: number, maxDelayMs: number): number {
  if (attempt < 0 || baseDelayMs <= 0 || maxDelayMs <= 0) return 0;
  return Math.min(baseDelayMs * 2 ** Math.min(attempt, LARGEST_EXPONENT), maxDelayMs);
}
