import type { z } from "zod";

export type Decoded<T> = { readonly ok: true; readonly message: T } | { readonly ok: false; readonly reason: string };

const DEEPEST = 16;

/** True when no object or array in `text` nests deeper than `limit`; brackets inside strings do not count. */
export function isShallow(text: string, limit = DEEPEST): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
      continue;
    }
    if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return false;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return true;
}

/** JSON to a plain value, refusing what is dangerous before use: deeper than 16, `__proto__` keys. Never throws. */
export function parseJson(text: string): Decoded<unknown> {
  if (!isShallow(text)) return { ok: false, reason: `nested deeper than ${DEEPEST}` };
  let poisoned = false;
  let value: unknown;
  try {
    value =
      text.includes("__proto__") || text.includes("\\u")
        ? JSON.parse(text, (key, inner) => {
            if (key === "__proto__") poisoned = true;
            return inner;
          })
        : JSON.parse(text);
  } catch {
    return { ok: false, reason: "not JSON" };
  }
  return poisoned ? { ok: false, reason: "the key __proto__ is not allowed" } : { ok: true, message: value };
}

/** Parses `text` against `schema`. Never throws; `reason` names the first field that is wrong. */
export function decode<S extends z.ZodType>(schema: S, text: string): Decoded<z.infer<S>> {
  const json = parseJson(text);
  if (!json.ok) return json;
  return decodeValue(schema, json.message);
}

/** As `decode`, for a value that is parsed already. */
export function decodeValue<S extends z.ZodType>(schema: S, value: unknown): Decoded<z.infer<S>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, message: parsed.data };
  const issue = parsed.error.issues[0];
  const field = issue && issue.path.length > 0 ? issue.path.join(".") : "message";
  return { ok: false, reason: `${field}: ${issue?.message ?? "invalid"}` };
}
