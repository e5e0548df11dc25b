"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { type ReactNode, useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { useFeed } from "./live-context.ts";
import { isTravelled, keepMoment, parseInstant, withMoment } from "./moment.ts";
import { MomentContext } from "./moment-context.ts";

/** Reads the moment from the address (`?at=`). A gateway without history has none, and what lies ahead is no past. */
export function MomentProvider({ children }: { readonly children: ReactNode }) {
  const { feed } = useFeed();
  const path = usePathname();
  const given = parseInstant(useSearchParams().get("at"));
  const isBasic = useSyncExternalStore(
    feed.store.subscribe,
    () => feed.store.getState().isBasic,
    () => feed.initialState().isBasic,
  );
  const asked = given !== null && !isBasic && given < feed.store.serverNow() ? given : null;
  const at = isTravelled(path) ? asked : null;
  useEffect(() => {
    // globals.css gives the page another ground, and keeps the colours a stale feed would take.
    if (at === null) return;
    document.documentElement.dataset.moment = "past";
    return () => {
      delete document.documentElement.dataset.moment;
    };
  }, [at]);
  const linkTo = useCallback((href: string) => keepMoment(href, asked), [asked]);
  const value = useMemo(() => ({ asked, at, linkTo, go: goToMoment }), [asked, at, linkTo]);
  return <MomentContext value={value}>{children}</MomentContext>;
}

/** Another moment of the same page: the router follows the browser's history by itself. */
function goToMoment(at: number | null, history: "push" | "replace" = "push"): void {
  const { pathname, search, hash } = window.location;
  const url = `${pathname}${withMoment(search, at)}${hash}`;
  if (history === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}
