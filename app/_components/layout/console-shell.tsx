"use client";

import dynamic from "next/dynamic";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl/react";
import { writeCookie } from "#app/_i18n/i18n-provider.tsx";
import { Sidebar, type SidebarCounts } from "./sidebar.tsx";
import { SIDEBAR_COOKIE } from "./sidebar-cookie.ts";
import { TopBar } from "./top-bar.tsx";

const PhoneNav = dynamic(() => import("./phone-nav.tsx").then((module) => module.PhoneNav), { ssr: false });
const Toaster = dynamic(() => import("../ui/toaster.tsx").then((module) => module.Toaster), { ssr: false });

export interface ConsoleShellProps {
  readonly fleetName?: string | undefined;
  readonly userName: string;
  /** From the cookie `leash-sidebar`, so that the first paint has the right width. */
  readonly initiallyCollapsed: boolean;
  /** Numbers beside the links: nodes, so that each can subscribe by itself. */
  readonly counts?: SidebarCounts;
  /** Foot of the sidebar: usually a GatewayList fed by the live feed. */
  readonly gateways?: ReactNode;
  /** The live indicator. */
  readonly live?: ReactNode;
  /** Server clock beside it. */
  readonly clock?: ReactNode;
  /** Search button that opens the palette; `SearchButton` gives the look. */
  readonly search?: ReactNode;
  /** Below the top bar, over the whole width. */
  readonly bar?: ReactNode;
  /** What a link of the sidebar leads to, where its address carries more than the page. */
  readonly linkTo?: ((href: string) => string) | undefined;
  readonly children: ReactNode;
}

/** Sidebar, top bar, main. On a phone the sidebar is a sheet. */
export function ConsoleShell(props: ConsoleShellProps) {
  const t = useTranslations("common");
  const path = usePathname();
  const [isCollapsed, setCollapsed] = useState(props.initiallyCollapsed);
  const [openOn, setOpenOn] = useState<string | null>(null);
  const [hasOpened, setHasOpened] = useState(false);
  const toggle = () => {
    writeCookie(SIDEBAR_COOKIE, isCollapsed ? "wide" : "icons");
    setCollapsed(!isCollapsed);
  };
  const openMenu = () => {
    setHasOpened(true);
    setOpenOn(path);
  };
  const nav = {
    fleetName: props.fleetName,
    counts: props.counts ?? {},
    gateways: props.gateways,
    linkTo: props.linkTo,
  };
  return (
    <div className="flex min-h-dvh">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-accent px-3 py-2 font-medium text-accent-fg focus:translate-y-0"
      >
        {t("skipToContent")}
      </a>
      <Sidebar {...nav} collapsed={isCollapsed} onToggle={toggle} />
      {/* The sheet belongs to the page it was opened on: following a link closes it. */}
      {hasOpened && <PhoneNav {...nav} open={openOn === path} onOpenChange={(open) => setOpenOn(open ? path : null)} />}
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar
          section={sectionOf(path)}
          userName={props.userName}
          search={props.search}
          live={props.live}
          clock={props.clock}
          onMenu={openMenu}
        />
        {props.bar}
        <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
          {props.children}
        </main>
      </div>
      <Toaster />
    </div>
  );
}

function sectionOf(path: string): "reconnections" | "dogs" | null {
  if (path.startsWith("/reconnections")) return "reconnections";
  return path.startsWith("/dogs") ? "dogs" : null;
}
