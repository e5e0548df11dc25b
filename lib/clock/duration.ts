const UNIT_MS = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
} as const;

type Unit = keyof typeof UNIT_MS;

const NUMBER = String.raw`(?:\d+(?:\.\d*)?|\.\d+)`;
const BARE = new RegExp(`^${NUMBER}$`);
const PART = `(${NUMBER})(ns|us|µs|μs|ms|s|m|h)`;
const WHOLE = new RegExp(`^(?:${PART})+$`);

/**
 * A length of time as people write it here: bare seconds (`30`, as the seed's config) or a Go duration (`1m30s`, `1.5h`, `250ms`).
 * Returns milliseconds, rounded; undefined for anything else, negative lengths included.
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (BARE.test(trimmed)) return finite(Number(trimmed) * UNIT_MS.s);
  if (!WHOLE.test(trimmed)) return undefined;
  let total = 0;
  for (const [, amount, unit] of trimmed.matchAll(new RegExp(PART, "g"))) {
    total += Number(amount) * UNIT_MS[unit as Unit];
  }
  return finite(total);
}

/** `90_000` -> `"1m30s"`, as Go prints it, in whole seconds rounded up; never below `"0s"`. */
export function formatGoDuration(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  const hours = Math.floor(seconds / 3_600);
  const minutes = Math.floor((seconds % 3_600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

function finite(ms: number): number | undefined {
  const rounded = Math.round(ms);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}
