"use client";

import { useRouter } from "next/navigation";
import { useTransition } from "react";
import { useLocale, useTranslations } from "use-intl/react";
import { writeCookie } from "#app/_i18n/i18n-provider.tsx";
import { LOCALE_COOKIE, type Locale } from "#app/_i18n/locale.ts";
import { Segmented } from "../ui/segmented.tsx";

/** Changes the language of everything: the server renders again with the cookie's word. */
export function useLanguage(): {
  readonly locale: Locale;
  readonly isPending: boolean;
  setLocale(locale: Locale): void;
} {
  const router = useRouter();
  const locale = useLocale() as Locale;
  const [isPending, startTransition] = useTransition();
  const setLocale = (next: Locale) => {
    writeCookie(LOCALE_COOKIE, next);
    startTransition(() => router.refresh());
  };
  return { locale, isPending, setLocale };
}

export function LanguageSwitch() {
  const t = useTranslations("shell");
  const { locale, setLocale } = useLanguage();
  return (
    <Segmented<Locale>
      size="small"
      label={t("language")}
      value={locale}
      onChange={setLocale}
      options={[
        { value: "en", label: "EN", name: t("english"), lang: "en" },
        { value: "zh-CN", label: "中文", name: t("chinese"), lang: "zh-CN" },
      ]}
      className="border-border"
    />
  );
}
