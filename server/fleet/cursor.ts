import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "#lib/errors/app-error.ts";

export type SortValue = number | string | null;

/** Where a page ended: the list it was cut from, as of when, and the last row's place in it. */
export interface Cursor {
  readonly list: string;
  readonly query: string;
  readonly asOf: number;
  readonly key: SortValue;
  readonly sn: string;
}

const encoded = z.tuple([
  z.string().max(32),
  z.string().length(16),
  z.number().int().nonnegative(),
  z.union([z.number(), z.string().max(128), z.null()]),
  z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
]);

function bad(message: string): AppError {
  return new AppError("invalid_input", "bad query: cursor", { fields: [{ field: "cursor", message }] });
}

/** A short name of the query, so that a cursor is not taken to another one. */
export function queryName(query: unknown): string {
  return createHash("sha256").update(JSON.stringify(query)).digest("hex").slice(0, 16);
}

export function encodeCursor({ list, query, asOf, key, sn }: Cursor): string {
  return Buffer.from(JSON.stringify([list, query, asOf, key, sn])).toString("base64url");
}

/** Throws `invalid_input` for what we did not write, and for a cursor of another query. */
export function decodeCursor(text: string, expected: string): Cursor {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    throw bad("not a cursor of ours; start without one");
  }
  const parsed = encoded.safeParse(value);
  if (!parsed.success) throw bad("not a cursor of ours; start without one");
  const [list, query, asOf, key, sn] = parsed.data;
  if (query !== expected) throw bad("belongs to another query; start without one");
  return { list, query, asOf, key, sn };
}
