"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { LiveProvider } from "./live-provider.tsx";
import type { LiveStart } from "./live-store.ts";
import { MomentProvider } from "./moment-provider.tsx";
import { createQueryClient } from "./query-client.ts";

/** Query cache, live feed and the moment looked at, for every page of the console. `start` comes from app/_server/data.ts `getLiveStart()`. */
export function ConsoleProviders(props: { readonly start: LiveStart; readonly children: ReactNode }) {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <LiveProvider start={props.start}>
        <MomentProvider>{props.children}</MomentProvider>
      </LiveProvider>
    </QueryClientProvider>
  );
}
