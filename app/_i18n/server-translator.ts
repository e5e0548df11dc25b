import "server-only";
import { createTranslator } from "use-intl/core";
import { loadMessages, type Messages } from "./messages.ts";
import { requestLocale } from "./request-locale.ts";

/** Messages of one namespace for server components and metadata: `const t = await serverTranslator("shell")`. */
export async function serverTranslator<N extends keyof Messages & string>(namespace: N) {
  const { locale, timeZone } = await requestLocale();
  return createTranslator({ locale, messages: loadMessages(locale), namespace, timeZone });
}
