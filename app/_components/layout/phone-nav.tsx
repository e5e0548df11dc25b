"use client";

import { useTranslations } from "use-intl/react";
import { Sheet } from "../ui/sheet.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { SidebarContent, type SidebarContentProps } from "./sidebar.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

/** The sidebar in a sheet; loaded when the menu is first opened. */
export function PhoneNav(
  props: Omit<SidebarContentProps, "collapsed"> & {
    readonly open: boolean;
    readonly onOpenChange: (open: boolean) => void;
  },
) {
  const t = useTranslations("shell");
  const { open, onOpenChange, ...nav } = props;
  return (
    <Sheet open={open} onOpenChange={onOpenChange} label={t("menu")}>
      <SidebarContent {...nav} collapsed={false} />
      <div className="flex items-center justify-between border-border border-t px-4 py-3">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </Sheet>
  );
}
