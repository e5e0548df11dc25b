"use client";

import { Moon, Sun } from "lucide-react";
import { useTheme } from "next-themes";
import { useTranslations } from "use-intl/react";
import { Button } from "../ui/button.tsx";

/** Light or dark; until one is chosen it follows the system. Icon and name follow the `dark` class, so the server needs not know it. */
export function ThemeSwitch() {
  const t = useTranslations("shell");
  const { resolvedTheme, setTheme } = useTheme();
  return (
    <Button
      size="small"
      variant="ghost"
      onClick={() => setTheme(resolvedTheme === "dark" ? "light" : "dark")}
      icon={
        <>
          <Sun aria-hidden className="size-4 dark:hidden" strokeWidth={1.75} />
          <Moon aria-hidden className="hidden size-4 dark:block" strokeWidth={1.75} />
          <span className="sr-only dark:hidden">{t("themeToDark")}</span>
          <span className="sr-only hidden dark:inline">{t("themeToLight")}</span>
        </>
      }
    />
  );
}
