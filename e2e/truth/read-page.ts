import { expect, type Locator, type Page } from "@playwright/test";
import { liveFeed } from "../fixtures/console-page.ts";

/** The page follows its gateway by itself: within this it says the same. */
export const SAME_WITHIN = { timeout: 15_000 };
/** Where it is opened again to look. */
export const SAME_WHEN_OPENED_WITHIN = { timeout: 45_000 };

const UNITS_MS = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof UNITS_MS;

export const words = (dictionary: object, key: string): string => String((dictionary as Record<string, unknown>)[key]);
export const card = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });
export const number = (value: number): string => value.toLocaleString("en-US");
export const numberIn = (text: string): number => Number(text.replaceAll(",", ""));

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(liveFeed(page)).toHaveText("Live");
}

/** What an element says, every kind of space a plain one. */
export const textOf = async (shown: Locator): Promise<string> => plain((await shown.textContent()) ?? "");
const plain = (text: string): string => text.replaceAll(/\s/g, " ");

/** The rows of a table or of a chart's table, without its head. */
export async function tableOf(chart: Locator): Promise<readonly (readonly string[])[]> {
  const asTable = chart.getByRole("button", { name: "View as table" });
  if (await asTable.isVisible()) await asTable.click();
  const rows = await chart.getByRole("row").all();
  const cells = await Promise.all(
    rows.map((row) => row.getByRole("rowheader").or(row.getByRole("cell")).allTextContents()),
  );
  return cells.filter((row) => row.length > 0).map((row) => row.map(plain));
}

/** Each row by the names of its columns. */
export async function recordsOf(table: Locator): Promise<readonly Readonly<Record<string, string>>[]> {
  const columns = await table.getByRole("columnheader").allTextContents();
  const rows = await tableOf(table);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ""])));
}

/** "2 min 31 s", "48.6 s", "2.5 min": in ms, and what its last digit is worth. */
export function durationIn(text: string): { readonly ms: number; readonly digitMs: number } {
  const parts = [...text.matchAll(/([\d,]+)(\.\d+)?\s*(ms|min|s|h|d)/g)];
  const [, , decimals, unit] = parts.at(-1) ?? [];
  if (unit === undefined) throw new Error(`"${text}" is no duration`);
  const unitMs = UNITS_MS[unit as Unit];
  const ms = parts.reduce(
    (sum, [, whole = "", fraction = "", of]) => sum + numberIn(whole + fraction) * UNITS_MS[of as Unit],
    0,
  );
  // What is alone and whole was rounded to tenths, or stands before a second unit of zero; seconds may be whole ones.
  const isTenths = decimals !== undefined || (parts.length === 1 && ["min", "h", "d"].includes(unit));
  return { ms, digitMs: isTenths ? unitMs / 10 : unitMs };
}

/** A duration in words lies between what the API said before and after, or there is none. */
export function expectDuration(text: string, ...said: readonly (number | null)[]): void {
  const known = said.filter((ms) => ms !== null);
  if (!/\d/.test(text)) {
    expect([text.trim().toLowerCase(), said.includes(null)]).toEqual(["none", true]);
    return;
  }
  const { ms, digitMs } = durationIn(text);
  expect(ms, text).toBeGreaterThanOrEqual(Math.min(...known) - digitMs);
  expect(ms, text).toBeLessThanOrEqual(Math.max(...known) + digitMs);
}

/** A share in percent of so many digits. */
export function expectShare(percent: string, digits: number, ...said: readonly (number | null)[]): void {
  const known = said.filter((share) => share !== null);
  const step = 10 ** -digits;
  expect(Number(percent), percent).toBeGreaterThanOrEqual(Math.min(...known) * 100 - step);
  expect(Number(percent), percent).toBeLessThanOrEqual(Math.max(...known) * 100 + step);
}
