import type { Locale as AppLocale } from "./locale.ts";
import type { Messages as AppMessages } from "./messages.ts";

declare module "use-intl" {
  interface AppConfig {
    Locale: AppLocale;
    Messages: AppMessages;
  }
}
