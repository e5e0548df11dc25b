/** Units of a duration from the largest that is not zero, at most two of them; sub-minute durations keep their seconds. */
export type DurationParts =
  | { readonly kind: "milliseconds"; readonly ms: number }
  | { readonly kind: "seconds"; readonly s: number }
  | { readonly kind: "minutesSeconds"; readonly m: number; readonly s: number }
  | { readonly kind: "hoursMinutes"; readonly h: number; readonly m: number }
  | { readonly kind: "daysHours"; readonly d: number; readonly h: number };

const MINUTE = 60;
const HOUR = 3_600;
const DAY = 86_400;

/**
 * Splits milliseconds into what a person reads: 151_000 is 2 min 31 s. Seconds are whole (floor) unless `decimals` asks
 * for tenths under a minute; durations below zero are zero.
 */
export function durationParts(durationMs: number, decimals: 0 | 1 = 0): DurationParts {
  const ms = Math.max(0, Number.isFinite(durationMs) ? durationMs : 0);
  if (decimals === 1 && ms > 0 && ms < 1_000) return { kind: "milliseconds", ms: Math.round(ms) };
  const step = decimals === 1 && ms < 60_000 ? 10 : 1;
  const seconds = Math.floor((ms / 1_000) * step) / step;
  if (seconds < MINUTE) return { kind: "seconds", s: seconds };
  if (seconds < HOUR) return { kind: "minutesSeconds", m: Math.floor(seconds / MINUTE), s: seconds % MINUTE };
  if (seconds < DAY)
    return { kind: "hoursMinutes", h: Math.floor(seconds / HOUR), m: Math.floor((seconds % HOUR) / MINUTE) };
  return { kind: "daysHours", d: Math.floor(seconds / DAY), h: Math.floor((seconds % DAY) / HOUR) };
}

/** "0:21", "12:22", "1:02:03". Rounded up to whole seconds, so it reads 0:00 only when the time has come. */
export function countdownText(remainingMs: number): string {
  const total = Math.ceil(Math.max(0, remainingMs) / 1_000);
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(total / HOUR);
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const seconds = total % MINUTE;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

/** The clock in the top bar asks every second, and a formatter takes milliseconds to make. A browser has one zone. */
let offsets: { readonly timeZone: string; readonly format: Intl.DateTimeFormat } | undefined;

/** "UTC+8", "UTC-3:30", "UTC": the offset of a zone at an instant. */
export function utcOffsetLabel(at: number, timeZone: string): string {
  if (offsets?.timeZone !== timeZone)
    offsets = { timeZone, format: new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "shortOffset" }) };
  const parts = offsets.format.formatToParts(new Date(at));
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "UTC";
  return name
    .replace("GMT", "UTC")
    .replace("\u2212", "-")
    .replace(/^UTC[+-]0$/, "UTC");
}
