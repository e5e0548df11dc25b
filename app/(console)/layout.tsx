import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { ConsoleShell } from "../_components/layout/console-shell.tsx";
import { SearchButton } from "../_components/layout/search-button.tsx";
import { SIDEBAR_COOKIE } from "../_components/layout/sidebar-cookie.ts";

export default async function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  const jar = await cookies();
  return (
    <ConsoleShell
      userName="Local operator"
      initiallyCollapsed={jar.get(SIDEBAR_COOKIE)?.value === "icons"}
      search={<SearchButton />}
    >
      {children}
    </ConsoleShell>
  );
}
