"use client";

import { type ReactNode, useEffect, useSyncExternalStore } from "react";
import { IntlProvider } from "use-intl/react";
import { type Locale, TIME_ZONE_COOKIE } from "./locale.ts";
import type { Messages } from "./messages.ts";

const subscribeNever = () => () => undefined;
const browserTimeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/**
 * Language, messages and time zone for everything below. The server renders in the zone it was told last time (cookie);
 * the browser moves to its own after hydration, so markup never mismatches.
 */
export function I18nProvider(props: {
  readonly locale: Locale;
  readonly messages: Messages;
  readonly timeZone: string;
  readonly children: ReactNode;
}) {
  const timeZone = useSyncExternalStore(subscribeNever, browserTimeZone, () => props.timeZone);
  useEffect(() => {
    if (timeZone !== props.timeZone) writeCookie(TIME_ZONE_COOKIE, timeZone);
  }, [timeZone, props.timeZone]);
  return (
    <IntlProvider locale={props.locale} messages={props.messages} timeZone={timeZone}>
      {props.children}
    </IntlProvider>
  );
}

/** A preference of this browser, kept a year, sent to this site only. */
export function writeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing from Firefox before 140.
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=31536000; samesite=lax`;
}
