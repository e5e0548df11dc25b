import type { Locale } from "./locale.ts";
import en from "./messages/en/index.ts";
import zhCN from "./messages/zh-CN/index.ts";

/** The shape of both languages; English is the one keys are checked against. */
export type Messages = typeof en;

const MESSAGES = { en, "zh-CN": zhCN } satisfies Record<Locale, Messages>;

/** Every message of a language. Imported on the server only; the browser gets them through the provider. */
export function loadMessages(locale: Locale): Messages {
  return MESSAGES[locale];
}

/** Teaches use-intl our languages and keys: a key that does not exist is a type error where it is used. */
declare module "use-intl/core" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
