import { z } from "zod";

/** The wire shape of each protocol version, as `wireHash` gave it when the version shipped. A change appends a version. */
export const SHIPPED: Readonly<Record<number, string>> = {
  1: "1fdfbb685aa89302",
  2: "ee59d91d18d4dee5",
};

/** A fingerprint of schemas, and of plain values such as a table of codes: it changes whenever what goes over the wire does. */
export function wireHash(parts: readonly unknown[]): string {
  const shapes = parts.map((part) =>
    part instanceof z.ZodType ? z.toJSONSchema(part, { io: "input", unrepresentable: "any" }) : part,
  );
  return fnv1a(JSON.stringify(sorted(shapes)));
}

/** Keys in order, so that moving a line changes nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** FNV-1a, 64 bits, as hex: no secret hangs on it and lib imports no Node module. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
