const PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\[[0-9a-f:.%]*:[0-9a-f:.%]*\](?::\d{1,5})?/gi, "<addr>"],
  [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b/g, "<addr>"],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b0x[0-9a-f]+\b/gi, "<hex>"],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi, "<hex>"],
  [/:\d{2,5}\b/g, ":<port>"],
  [/\b\d{5,}\b/g, "<n>"],
];

/** Groups unknown errors: addresses, ports, ids, hex and long numbers become placeholders. */
export function normaliseRaw(raw: string): string {
  let text = raw;
  for (const [pattern, placeholder] of PLACEHOLDERS) text = text.replace(pattern, placeholder);
  return text.replace(/\s+/g, " ").trim();
}
