"use client";

import { Menu } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { LanguageSwitch } from "./language-switch.tsx";
import { Logo } from "./logo.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { UserAvatar } from "./user-avatar.tsx";

/** 48 px (52 on a phone): search, live indicator, clock, language, theme, who is signed in. */
export function TopBar(props: {
  readonly userName: string;
  /** Section named in place of the brand on a phone; null on the overview. */
  readonly section: "reconnections" | "dogs" | null;
  readonly search?: ReactNode;
  readonly live?: ReactNode;
  readonly clock?: ReactNode;
  readonly onMenu: () => void;
}) {
  const t = useTranslations("shell");
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-3 border-border border-b bg-bg px-5 max-md:h-[52px] max-md:gap-1.5 max-md:px-4">
      <button
        type="button"
        onClick={props.onMenu}
        aria-label={t("menu")}
        className="-ml-3 grid size-11 place-items-center rounded-control text-fg-2 md:hidden"
      >
        <Menu aria-hidden className="size-5" strokeWidth={1.75} />
      </button>
      <span
        aria-hidden={props.section !== null || undefined}
        className="flex items-center gap-2 font-semibold text-[15px] md:hidden"
      >
        {props.section === null && <Logo className="size-[18px] text-accent" />}
        {t(props.section ?? "title")}
      </span>
      <div className="flex w-[340px] min-w-0 items-center max-md:order-2 max-md:ml-0 max-md:w-auto">{props.search}</div>
      <div className="ml-auto flex shrink-0 items-center gap-2.5 max-md:order-1">
        {props.live}
        <span className="contents max-lg:hidden">{props.clock}</span>
      </div>
      <span aria-hidden className="h-4 w-px bg-border max-md:hidden" />
      <div className="flex items-center gap-2 max-md:order-3">
        <span className="flex items-center gap-2 max-md:hidden">
          <LanguageSwitch />
          <ThemeSwitch />
        </span>
        <UserAvatar name={props.userName} />
      </div>
    </header>
  );
}
