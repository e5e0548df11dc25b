import { AppError } from "#lib/errors/app-error.ts";
import { type BasicRecord, readRecord } from "./parse-record.ts";

const DEEPEST_WRAP = 4;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The records in a Go service's answer to `active`: an array, a map by client id, or either of them wrapped in objects
 * (`{"data": {"list": [...]}}`). `null` and empty wraps are an empty list (Go's nil slice). Throws `upstream_invalid` for the rest.
 */
export function parseActive(answer: unknown, now: number): readonly BasicRecord[] {
  const list = findList(answer, DEEPEST_WRAP);
  if (list === undefined)
    throw new AppError("upstream_invalid", "the gateway's answer to active holds no list of dogs");
  const records = new Map<string, BasicRecord>();
  for (const [key, value] of list) {
    const record = readRecord(value, key, now);
    if (record !== undefined) records.set(record.sn, record);
  }
  if (list.length > 0 && records.size === 0) {
    throw new AppError("upstream_invalid", "the gateway's answer to active names no dog");
  }
  return [...records.values()];
}

/** Entries `[client id where a map gives one, record]`; undefined where the value cannot be a list. */
function findList(value: unknown, depth: number): readonly (readonly [string | undefined, unknown])[] | undefined {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.map((item) => [undefined, item] as const);
  if (!isFields(value)) return undefined;
  const inner = Object.entries(value);
  const array = inner.find(([, item]) => Array.isArray(item));
  if (array !== undefined) return findList(array[1], depth);
  const holders = inner.filter(([, item]) => isFields(item));
  if (holders.length > 0 && holders.every(([key, item]) => readRecord(item, key, 0)?.isCertain)) return holders;
  for (const [, item] of depth > 0 ? holders : []) {
    const found = findList(item, depth - 1);
    if (found !== undefined) return found;
  }
  const isEmpty = holders.length === 0 && (inner.length === 0 || inner.some(([, item]) => item === null));
  return isEmpty ? [] : undefined;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
