import type { DogRow } from "#lib/contracts/reconnection.ts";

const COLUMNS = [
  "client_id",
  "state",
  "reason_code",
  "reason_raw",
  "reconnection_attempts",
  "max_retries",
  "next_retry_time",
  "current_delay",
  "since",
  "category",
  "strategy",
] as const satisfies readonly (keyof DogRow)[];

/** Rows as CSV with a header line, CRLF ends, made row by row as the reader asks. */
export function rowsToCsv(rows: readonly DogRow[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const lines = csvLines(rows);
  return new ReadableStream({
    pull(controller) {
      const next = lines.next();
      if (next.done) controller.close();
      else controller.enqueue(encoder.encode(next.value));
    },
  });
}

function* csvLines(rows: readonly DogRow[]): Generator<string> {
  yield `${COLUMNS.join(",")}\r\n`;
  for (const row of rows) yield `${COLUMNS.map((column) => csvCell(row[column])).join(",")}\r\n`;
}

/** A cell no spreadsheet takes for a formula. */
export function csvCell(value: string | number | boolean | null): string {
  const text = value === null ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
