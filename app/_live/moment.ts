/** Pages that can show the fleet as it was. Any other keeps the moment in its address for the way back. */
const TRAVELLED: ReadonlySet<string> = new Set(["/", "/reconnections", "/dogs"]);

export const isTravelled = (path: string): boolean => TRAVELLED.has(path);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant as an address writes it (ISO 8601 with a zone) in epoch ms; null where it is none. */
export function parseInstant(text: string | null | undefined): number | null {
  if (text == null || !INSTANT.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

/** The moment a server page was asked for, as far as its address says; the browser decides whether it counts. */
export async function momentOf(
  search: Promise<{ readonly [name: string]: string | string[] | undefined }>,
): Promise<number | null> {
  const { at } = await search;
  return parseInstant(typeof at === "string" ? at : null);
}

/** An instant for an address or the API; whole seconds are written without their zeros. */
export const instantText = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");

/** `search` with the moment set, or taken out with null. */
export function withMoment(search: string, at: number | null): string {
  const fields = new URLSearchParams(search);
  if (at === null) fields.delete("at");
  else fields.set("at", instantText(at));
  const text = fields.toString().replaceAll("%3A", ":");
  return text === "" ? "" : `?${text}`;
}

/** A link of the console that keeps the moment; others, and those that name one of their own, are left alone. */
export function keepMoment(href: string, at: number | null): string {
  if (at === null || !href.startsWith("/")) return href;
  const [path = "", search = ""] = href.split("?", 2);
  if (new URLSearchParams(search).has("at")) return href;
  return `${path}${withMoment(search, at)}`;
}
