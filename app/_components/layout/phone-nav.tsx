"use client";

import { useTranslations } from "use-intl/react";
import { Sheet } from "../ui/sheet.tsx";
import { SidebarContent, type SidebarContentProps } from "./sidebar.tsx";

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
    </Sheet>
  );
}
