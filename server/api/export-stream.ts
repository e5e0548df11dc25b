import { Readable } from "node:stream";
import type { Clock } from "#lib/clock/clock.ts";

/** How rows become a file. */
export interface ExportFormat<T> {
  readonly type: string;
  readonly extension: string;
  readonly begin: string;
  rows(rows: readonly T[]): string;
  /** Between two pages that both have rows. */
  readonly between?: string;
  readonly end: string;
}

/** One valid array. */
export function jsonFormat<T>(): ExportFormat<T> {
  return {
    type: "application/json; charset=utf-8",
    extension: "json",
    begin: "[\n",
    rows: (rows) => rows.map((row) => JSON.stringify(row)).join(",\n"),
    between: ",\n",
    end: "\n]\n",
  };
}

/** A reader that takes nothing for so long is cut: it holds a place, a page and a question to the past. */
const STALLED_MS = 60_000;

export interface ExportOptions {
  readonly clock: Clock;
  /** Called once, however it ended. */
  readonly onEnd: () => void;
}

/**
 * Pages of rows as one file, made as fast as the reader takes them: one page is held at a time. The first is read before
 * this resolves, so that what cannot be answered is an error and no file; what fails later destroys the stream, and a stream that
 * is destroyed ends the reading.
 */
export async function exportStream<T>(
  pages: AsyncIterable<readonly T[]>,
  format: ExportFormat<T>,
  { clock, onEnd }: ExportOptions,
): Promise<Readable> {
  const iterator = pages[Symbol.asyncIterator]();
  let first: IteratorResult<readonly T[]> | undefined;
  try {
    first = await iterator.next();
  } catch (error) {
    onEnd();
    throw error;
  }
  let before = format.begin;
  let cancelStall = () => {};
  const textOf = (rows: readonly T[]): string => {
    if (rows.length === 0) return "";
    const text = before + format.rows(rows);
    before = format.between ?? "";
    return text;
  };
  async function pull(stream: Readable): Promise<void> {
    for (;;) {
      const page = first ?? (await iterator.next());
      first = undefined;
      if (page.done) {
        stream.push((before === format.begin ? format.begin : "") + format.end);
        stream.push(null);
        return;
      }
      const text = textOf(page.value);
      if (text === "") continue;
      cancelStall = clock.schedule(STALLED_MS, () => stream.destroy(new Error("the reader of an export stalled")));
      stream.push(text);
      return;
    }
  }
  return new Readable({
    read() {
      cancelStall();
      pull(this).catch((error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))));
    },
    destroy(error, done) {
      cancelStall();
      onEnd();
      // A page still being read ends first: an iterator returns once its last step is done.
      void iterator.return?.().catch(() => {});
      done(error);
    },
  });
}

/** Rows made at once, in pages. */
export async function* pagesOf<T>(rows: Iterable<T>, size = 200): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for (const row of rows) {
    page.push(row);
    if (page.length < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
