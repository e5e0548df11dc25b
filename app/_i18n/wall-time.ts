import { zoneOffsetMs } from "#app/_components/charts/scale.ts";

/** An instant (epoch ms) as a date and time field writes it in a zone: "2026-11-23T02:14:05". */
export const wallText = (at: number, timeZone: string): string =>
  new Date(Math.floor(at / 1_000) * 1_000 + zoneOffsetMs(at, timeZone)).toISOString().slice(0, 19);

/** The instant such a field means, epoch ms; null where it is not filled in. Of an hour that comes twice it is the second. */
export function parseWall(text: string, timeZone: string): number | null {
  const wall = Date.parse(`${text}Z`);
  if (Number.isNaN(wall)) return null;
  const guess = wall - zoneOffsetMs(wall, timeZone);
  return wall - zoneOffsetMs(guess, timeZone);
}
