const LONGEST = 256;
/** Control characters, line separators, and what turns the direction of the text around it. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escaping control characters is what this is for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
/** Nothing to escape: nearly every text there is. */
const PLAIN = /^[ -~]*$/;
const ESCAPE = /\\(?:u[0-9a-f]{0,3})?$/;

/**
 * Text from outside, fit to be shown and logged: control and direction characters escaped, lone surrogates replaced, and
 * no longer than 256 characters with all that. What is cut ends in "…".
 */
export function safeText(text: string, longest = LONGEST): string {
  if (text.length <= longest && PLAIN.test(text)) return text;
  const safe = text
    .slice(0, longest)
    .toWellFormed()
    .replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (text.length <= longest && safe.length <= longest) return safe;
  // Neither half an escape nor half a character stays at the end.
  return `${safe
    .slice(0, longest - 1)
    .replace(ESCAPE, "")
    .replace(/[\ud800-\udbff]$/, "")}…`;
}
