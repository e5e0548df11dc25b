import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ConsoleShell } from "../_components/layout/console-shell.tsx";
import { SIDEBAR_COOKIE } from "../_components/layout/sidebar-cookie.ts";
import { ForceCenterView } from "../_features/force/components/force-center-view.tsx";
import { ConsoleProviders } from "../_live/console-providers.tsx";
import { LiveClock, LiveStatus } from "../_live/live-status.tsx";
import { getLiveStart, getSession } from "../_server/data.ts";
import { ConsolePalette } from "./_palette/console-palette.tsx";
import { DogsCount, ReconnectionsCount, ShellFeed, SidebarGateways } from "./_shell/shell-numbers.tsx";

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const [jar, session] = await Promise.all([cookies(), getSession()]);
  return (
    <ConsoleProviders start={await getLiveStart()}>
      <ConsoleShell
        userName={session.name}
        initiallyCollapsed={jar.get(SIDEBAR_COOKIE)?.value === "icons"}
        counts={{ reconnections: <ReconnectionsCount />, dogs: <DogsCount /> }}
        gateways={<SidebarGateways />}
        search={<ConsolePalette />}
        live={<LiveStatus />}
        clock={<LiveClock />}
      >
        {children}
      </ConsoleShell>
      <ShellFeed />
      <ForceCenterView />
    </ConsoleProviders>
  );
}
