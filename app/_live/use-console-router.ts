"use client";

import { useRouter } from "next/navigation";
import { useMemo } from "react";
import { useMoment } from "./moment-context.ts";

/** Goes to a page of the console and keeps the moment looked at. */
export function useConsoleRouter(): { readonly push: (href: string) => void } {
  const router = useRouter();
  const { linkTo } = useMoment();
  return useMemo(() => ({ push: (href) => router.push(linkTo(href)) }), [router, linkTo]);
}
