import type { Locale as AppLocale } from "./locale.ts";
import type { Messages as AppMessages } from "./messages.ts";

/** Teaches use-intl our languages and keys: a key that does not exist is a type error where it is used. */
declare module "use-intl/core" {
  interface AppConfig {
    Locale: AppLocale;
    Messages: AppMessages;
  }
}
