"use client";

import clsx from "clsx";
import {
  ChartNoAxesColumn,
  LayoutDashboard,
  type LucideIcon,
  PanelLeftClose,
  PanelLeftOpen,
  RefreshCw,
} from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ComponentType, ReactNode } from "react";
import { useTranslations } from "use-intl/react";
import { Tooltip } from "../ui/tooltip.tsx";
import { DogIcon } from "./dog-icon.tsx";
import { Logo } from "./logo.tsx";

export interface SidebarCounts {
  readonly reconnections?: ReactNode;
  readonly dogs?: ReactNode;
}

const LINKS = [
  { href: "/", key: "overview", Icon: LayoutDashboard },
  { href: "/reconnections", key: "reconnections", Icon: RefreshCw },
  { href: "/dogs", key: "dogs", Icon: DogIcon },
  { href: "/analytics", key: "analytics", Icon: ChartNoAxesColumn },
] as const satisfies readonly { href: string; key: string; Icon: LucideIcon | ComponentType<{ className?: string }> }[];

const itself = (href: string) => href;
const isCurrent = (path: string, href: string) =>
  href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);

export interface SidebarContentProps {
  readonly collapsed: boolean;
  readonly fleetName?: string | undefined;
  readonly counts: SidebarCounts;
  readonly gateways?: ReactNode;
  /** What a link leads to, where its address carries more than the page. */
  readonly linkTo?: ((href: string) => string) | undefined;
}

/** Brand, links with counts, gateways at the foot. The same in the sidebar and in the phone's sheet. */
export function SidebarContent({ collapsed, fleetName, counts, gateways, linkTo = itself }: SidebarContentProps) {
  const t = useTranslations("shell");
  const path = usePathname();
  return (
    <>
      <div className={clsx("flex h-12 shrink-0 items-center gap-2", collapsed ? "justify-center" : "pr-4 pl-5")}>
        <Logo className="size-[18px] text-accent" />
        {!collapsed && <span className="font-semibold text-[15px]">{t("title")}</span>}
        {!collapsed && fleetName !== undefined && (
          <span className="ml-auto truncate text-12 text-fg-2">{fleetName}</span>
        )}
      </div>
      <nav aria-label={t("nav")} className="flex flex-col gap-px px-2.5 pt-2">
        {LINKS.map(({ href, key, Icon }) => {
          const current = isCurrent(path, href);
          const count = key === "reconnections" || key === "dogs" ? counts[key] : undefined;
          const link = (
            <Link
              key={href}
              href={linkTo(href)}
              aria-current={current ? "page" : undefined}
              aria-label={collapsed ? t(key) : undefined}
              className={clsx(
                "flex h-8 items-center gap-2.5 rounded-control text-13 transition-colors max-md:h-11",
                collapsed ? "justify-center" : "px-2",
                current ? "bg-surface-active font-medium text-fg" : "text-fg-2 hover:bg-surface-hover hover:text-fg",
              )}
            >
              <Icon aria-hidden className={clsx("size-4 shrink-0", !current && "text-fg-3")} strokeWidth={1.75} />
              {!collapsed && <span className="truncate">{t(key)}</span>}
              {!collapsed && count !== undefined && <span className="ml-auto text-12 text-fg-2">{count}</span>}
            </Link>
          );
          return collapsed ? (
            <Tooltip key={href} content={t(key)} side="right">
              {link}
            </Tooltip>
          ) : (
            link
          );
        })}
      </nav>
      {!collapsed && gateways !== undefined && (
        <div className="mx-2.5 mt-auto border-border border-t px-2 py-2.5">{gateways}</div>
      )}
    </>
  );
}

/** The desktop's sidebar: 208 px, or 56 as icons. */
export function Sidebar(props: SidebarContentProps & { readonly onToggle: () => void }) {
  const t = useTranslations("shell");
  const { onToggle, ...content } = props;
  const Icon = content.collapsed ? PanelLeftOpen : PanelLeftClose;
  return (
    <aside
      style={{ width: content.collapsed ? 56 : 208 }}
      className="group/sidebar sticky top-0 flex h-dvh shrink-0 flex-col overflow-y-auto border-border border-r bg-bg max-md:hidden"
    >
      <SidebarContent {...content} />
      <button
        type="button"
        onClick={onToggle}
        aria-expanded={!content.collapsed}
        aria-label={content.collapsed ? t("expand") : t("collapse")}
        className={clsx(
          "mx-2.5 mb-2.5 flex h-7 items-center rounded-control text-fg-3 transition-colors hover:bg-surface-hover hover:text-fg",
          content.collapsed || content.gateways === undefined ? "mt-auto" : "",
          content.collapsed ? "justify-center" : "px-2",
        )}
      >
        <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      </button>
    </aside>
  );
}
