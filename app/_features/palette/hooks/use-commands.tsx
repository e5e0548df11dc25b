"use client";

import { ChartNoAxesColumn, Languages, LayoutDashboard, Moon, RefreshCw, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { DogIcon } from "#app/_components/layout/dog-icon.tsx";
import { useLanguage } from "#app/_components/layout/language-switch.tsx";
import { useConsoleRouter } from "#app/_live/use-console-router.ts";
import type { FindableCommand } from "../model/palette-commands.ts";

export interface PaletteCommand extends FindableCommand {
  readonly label: string;
  readonly icon: ReactNode;
  /** Language of the label where it differs from the page's. */
  readonly lang?: string;
  readonly run: () => void;
}

/** Pages to go to, and the console's own switches. */
export function useCommands(): readonly PaletteCommand[] {
  const t = useTranslations();
  const router = useConsoleRouter();
  const { resolvedTheme, setTheme } = useTheme();
  const { locale, setLocale } = useLanguage();
  const page = (
    id: "overview" | "reconnections" | "dogs" | "analytics",
    href: string,
    icon: ReactNode,
  ): PaletteCommand => {
    const label = t("palette.goTo", { page: t(`shell.${id}`) });
    return { id, group: "pages", label, words: [label, id], icon, run: () => router.push(href) };
  };
  const isDark = resolvedTheme === "dark";
  const isChinese = locale === "zh-CN";
  const theme = t(isDark ? "palette.toLight" : "palette.toDark");
  const language = t(isChinese ? "palette.toEnglish" : "palette.toChinese");
  const ThemeIcon = isDark ? Sun : Moon;
  return [
    page("overview", "/", <LayoutDashboard aria-hidden className="size-4" />),
    page("reconnections", "/reconnections", <RefreshCw aria-hidden className="size-4" />),
    page("dogs", "/dogs", <DogIcon className="size-4" />),
    page("analytics", "/analytics", <ChartNoAxesColumn aria-hidden className="size-4" />),
    {
      id: "theme",
      group: "console",
      label: theme,
      words: [theme, "theme", "主题", isDark ? "light" : "dark"],
      icon: <ThemeIcon aria-hidden className="size-4" />,
      run: () => setTheme(isDark ? "light" : "dark"),
    },
    {
      id: "language",
      group: "console",
      label: language,
      words: [language, "language", "语言", "english", "chinese", "中文"],
      icon: <Languages aria-hidden className="size-4" />,
      lang: isChinese ? "en" : "zh-CN",
      run: () => setLocale(isChinese ? "en" : "zh-CN"),
    },
  ];
}
