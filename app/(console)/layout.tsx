import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { SIDEBAR_COOKIE } from "../_components/layout/sidebar-cookie.ts";
import { isPhone } from "../_dog-table/is-phone.ts";
import { ForceCenterView } from "../_features/force/components/force-center-view.tsx";
import { ConsoleProviders } from "../_live/console-providers.tsx";
import { getLiveStart, getSession } from "../_server/data.ts";
import { ConsoleFrame } from "./_shell/console-frame.tsx";
import { ShellFeed } from "./_shell/shell-numbers.tsx";

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const [jar, head, session] = await Promise.all([cookies(), headers(), getSession()]);
  return (
    <ConsoleProviders start={await getLiveStart()}>
      <ConsoleFrame
        userName={session.name}
        initiallyCollapsed={jar.get(SIDEBAR_COOKIE)?.value === "icons"}
        guessCompact={isPhone(head.get("user-agent"))}
      >
        {children}
      </ConsoleFrame>
      <ShellFeed />
      <ForceCenterView />
    </ConsoleProviders>
  );
}
