const LONGEST = 256;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escaping control characters is what this is for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Text from outside, fit to be shown and logged: control characters escaped, lone surrogates replaced, cut at 256 characters. */
export function safeText(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return cut.toWellFormed().replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
