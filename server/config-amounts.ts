import { parseDuration } from "#lib/clock/duration.ts";

const DAY_MS = 86_400_000;
const BYTES: Readonly<Record<string, number>> = {
  "": 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** A long time: days (`30d`), or what `parseDuration` reads. Milliseconds; undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const days = /^(\d{1,6})d$/.exec(text.trim())?.[1];
  return days === undefined ? parseDuration(text) : Number(days) * DAY_MS;
}

/** An amount of storage: `20GB`, `512MiB`, or bytes. Undefined for anything else. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit] = /^(\d{1,15}(?:\.\d{1,3})?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  const factor = unit === undefined ? undefined : BYTES[unit];
  if (amount === undefined || factor === undefined) return undefined;
  const bytes = Math.round(Number(amount) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
