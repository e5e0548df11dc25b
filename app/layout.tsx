import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { ThemeProvider } from "./_components/layout/theme-provider.tsx";
import { TooltipProvider } from "./_components/ui/tooltip.tsx";
import { I18nProvider } from "./_i18n/i18n-provider.tsx";
import { loadMessages } from "./_i18n/messages.ts";
import { requestLocale } from "./_i18n/request-locale.ts";
import { serverTranslator } from "./_i18n/server-translator.ts";

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f7f8f9" },
    { media: "(prefers-color-scheme: dark)", color: "#0b0c0f" },
  ],
};

export async function generateMetadata(): Promise<Metadata> {
  const t = await serverTranslator("shell");
  return {
    title: { default: t("title"), template: `%s · ${t("title")}` },
    description: t("description"),
    robots: "noindex",
  };
}

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const [{ locale, timeZone }, head] = await Promise.all([requestLocale(), headers()]);
  return (
    <html lang={locale} className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <ThemeProvider nonce={head.get("x-nonce") ?? ""}>
          <I18nProvider locale={locale} messages={loadMessages(locale)} timeZone={timeZone}>
            <TooltipProvider>{children}</TooltipProvider>
          </I18nProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}
