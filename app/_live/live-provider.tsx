"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { browserClock } from "./browser-clock.ts";
import { browserPorts } from "./browser-ports.ts";
import { LiveContext } from "./live-context.ts";
import { createLiveFeed } from "./live-feed.ts";
import type { LiveStart } from "./live-store.ts";

/** The live feed of this browser. `start` is what the server knew when it drew the page. Needs a QueryClientProvider above it. */
export function LiveProvider(props: { readonly start: LiveStart; readonly children: ReactNode }) {
  const client = useQueryClient();
  const [value] = useState(() => ({
    feed: createLiveFeed({ clock: browserClock, client, start: props.start }),
    start: props.start,
  }));
  const { feed } = value;
  useEffect(() => feed.open(browserPorts()), [feed]);
  useEffect(() => {
    const tell = () => feed.store.setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", tell);
    return () => document.removeEventListener("visibilitychange", tell);
  }, [feed]);
  useEffect(() => {
    // globals.css takes the colour out of what came over the feed.
    const mark = () => {
      document.documentElement.dataset.feed = feed.store.getState().status;
    };
    mark();
    return feed.store.subscribe(mark);
  }, [feed]);
  return <LiveContext value={value}>{props.children}</LiveContext>;
}
