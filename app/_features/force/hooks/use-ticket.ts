"use client";

import { useSyncExternalStore } from "react";
import { useAt } from "#app/_live/moment-context.ts";
import { useServerTime } from "#app/_live/use-server-now.ts";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import type { ForceTicket } from "#lib/contracts/shared.ts";
import { newestTicket } from "../model/ticket-overlay.ts";
import { forceCenter } from "./force-context.ts";

/** The row's ticket as last heard of, open or ended. In the past it is the one the row had then. */
export function useTicket(row: Pick<DogRow, "client_id" | "ticket">): ForceTicket | null {
  const kept = useSyncExternalStore(
    forceCenter.overlay.subscribe,
    () => forceCenter.overlay.of(row.client_id),
    () => undefined,
  );
  const isPast = useAt() !== null;
  return useServerTime((now) => newestTicket(row.ticket, isPast ? undefined : kept, now));
}
