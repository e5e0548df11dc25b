export const LOCALES = ["en", "zh-CN"] as const;
export type Locale = (typeof LOCALES)[number];

export const LOCALE_COOKIE = "leash-locale";
export const TIME_ZONE_COOKIE = "leash-tz";

const isLocale = (value: string | undefined): value is Locale => LOCALES.some((locale) => locale === value);

/** The operator's choice where there is one, else the best of `Accept-Language`, else English. */
export function negotiateLocale(chosen: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(chosen)) return chosen;
  for (const tag of preferredTags(acceptLanguage ?? "")) {
    if (tag.startsWith("zh")) return "zh-CN";
    if (tag.startsWith("en")) return "en";
  }
  return "en";
}

/** Language tags in order of preference, lower case, q=0 left out. */
function preferredTags(acceptLanguage: string): string[] {
  return acceptLanguage
    .split(",")
    .slice(0, 20)
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const quality = parameters
        .find((parameter) => parameter.trim().startsWith("q="))
        ?.trim()
        .slice(2);
      const q = Number(quality ?? 1);
      return { tag: tag.trim(), q: Number.isFinite(q) ? q : 0 };
    })
    .filter(({ tag, q }) => tag !== "" && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}

/** A zone this runtime knows, else the fallback: the cookie is the browser's word and not to be trusted. */
export function safeTimeZone(zone: string | undefined, fallback: string): string {
  if (zone === undefined || zone === "" || zone.length > 64) return fallback;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return fallback;
  }
}
