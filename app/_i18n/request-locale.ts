import "server-only";
import { cookies, headers } from "next/headers";
import { LOCALE_COOKIE, type Locale, negotiateLocale, safeTimeZone, TIME_ZONE_COOKIE } from "./locale.ts";

/** Language and time zone of this request: the cookies, else `Accept-Language` and the server's zone. */
export async function requestLocale(): Promise<{ locale: Locale; timeZone: string }> {
  const [jar, head] = await Promise.all([cookies(), headers()]);
  const serverZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return {
    locale: negotiateLocale(jar.get(LOCALE_COOKIE)?.value, head.get("accept-language")),
    timeZone: safeTimeZone(jar.get(TIME_ZONE_COOKIE)?.value, serverZone),
  };
}
