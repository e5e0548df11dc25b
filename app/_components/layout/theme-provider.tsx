"use client";

import { ThemeProvider as NextThemes } from "next-themes";
import type { ReactNode } from "react";

/** Theme as a class on <html>; the system's until the operator chooses. The nonce lets its first-paint script run. */
export function ThemeProvider({ nonce, children }: { readonly nonce: string; readonly children: ReactNode }) {
  return (
    <NextThemes
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      storageKey="leash-theme"
      nonce={nonce}
    >
      {children}
    </NextThemes>
  );
}
