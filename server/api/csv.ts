import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { ExportFormat } from "./export-stream.ts";

export type Cell = string | number | boolean | null;

/** One cell. A text a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
export function csvCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV: a header, CRLF, and the byte order mark by which spreadsheets read the Chinese labels. */
export function csvFormat<T>(columns: readonly string[], cellsOf: (row: T) => readonly Cell[]): ExportFormat<T> {
  return {
    type: "text/csv; charset=utf-8",
    extension: "csv",
    begin: `\uFEFF${columns.join(",")}\r\n`,
    rows: (rows) => rows.map((row) => `${cellsOf(row).map(csvCell).join(",")}\r\n`).join(""),
    end: "",
  };
}

/** The named fields of flat rows as CSV. */
export function csvOfFields<const K extends string>(columns: readonly K[]): ExportFormat<Readonly<Record<K, Cell>>> {
  return csvFormat(columns, (row) => columns.map((column) => row[column]));
}

const DOG_COLUMNS = [
  "client_id",
  "state",
  "is_connected",
  "reason_code",
  "failure_reason",
  "reason_raw",
  "category",
  "strategy",
  "reconnection_attempts",
  "max_retries",
  "current_delay",
  "next_retry_time",
  "since",
  "estimated",
  "flaps",
  "network",
  "gateway",
  "site",
  "app_id",
  "firmware",
  "last_seen_at",
  "last_event_at",
] as const satisfies readonly (keyof DogRow)[];

/** A list of dogs as its table shows it. */
export const dogsCsv: ExportFormat<DogRow> = csvFormat(
  [...DOG_COLUMNS, "gives_up_earliest", "gives_up_latest"],
  (row) => [...DOG_COLUMNS.map((column) => row[column]), row.gives_up_at?.[0] ?? null, row.gives_up_at?.[1] ?? null],
);
