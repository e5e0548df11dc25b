"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { LaneView } from "#app/_components/charts/lane-view.ts";
import { browserClock } from "#app/_live/browser-clock.ts";
import { instantText, parseInstant } from "#app/_live/moment.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { CONTEXTS, contextFor, type LaneContext } from "../model/lane-context.ts";

/** The address follows the hand after this long at rest. */
const SETTLE_MS = 250;
/** Whoever comes from the past sees this much to either side of it. */
const AROUND_MS = 900_000;

export interface LaneWindow {
  /** The whole lane. */
  readonly context: LaneContext;
  /** What is magnified, as the hand has it; null: what matters now. */
  readonly view: LaneView | null;
  /** The same as it last stood still, from where the dog was first seen on: what is asked of the server. */
  readonly settled: LaneView | null;
  setContext(context: LaneContext): void;
  setView(view: LaneView | null): void;
}

/** The timeline's window; nothing is asked for before the dog was first seen (epoch ms). It lives in the address (`window`, `from`, `to`). */
export function useLaneWindow(now: number, firstSeenAt: number): LaneWindow {
  const search = useSearchParams();
  const { asked } = useMoment();
  const [held, setHeld] = useState<{ readonly view: LaneView | null } | null>(null);
  // Whoever came from the past sees it first, and then what they choose.
  const [hasLeft, setLeft] = useState(false);
  const chosen = CONTEXTS.find((context) => context === search.get("window")) ?? "24h";
  const [from, to] = [parseInstant(search.get("from")), parseInstant(search.get("to"))];
  const given = useMemo(
    () => (from !== null && to !== null && from < to ? { from, to } : around(hasLeft ? null : asked)),
    [from, to, asked, hasLeft],
  );
  const settled = useMemo(() => {
    // Before the dog was first seen there is nothing to ask for.
    if (given === null || given.to <= firstSeenAt) return null;
    return { from: Math.max(given.from, Math.floor(firstSeenAt / 1_000) * 1_000), to: given.to };
  }, [given, firstSeenAt]);
  useEffect(() => {
    if (held === null) return;
    return browserClock.schedule(SETTLE_MS, () => {
      if (held.view === null) setLeft(true);
      write({ from: held.view?.from ?? null, to: held.view?.to ?? null });
      setHeld(null);
    });
  }, [held]);
  const view = held === null ? given : held.view;
  const setContext = useCallback((context: LaneContext) => {
    setHeld(null);
    setLeft(true);
    write({ window: context, from: null, to: null });
  }, []);
  const setView = useCallback((next: LaneView | null) => setHeld({ view: next }), []);
  return { context: contextFor(view, chosen, now), view, settled, setContext, setView };
}

const around = (at: number | null) => (at === null ? null : { from: at - AROUND_MS, to: at + AROUND_MS });

function write(change: {
  readonly window?: LaneContext;
  readonly from: number | null;
  readonly to: number | null;
}): void {
  const search = new URLSearchParams(window.location.search);
  if (change.window !== undefined) search.set("window", change.window);
  for (const name of ["from", "to"] as const) {
    const at = change[name];
    if (at === null) search.delete(name);
    else search.set(name, instantText(at));
  }
  const text = search.toString().replaceAll("%3A", ":");
  window.history.replaceState(null, "", `${window.location.pathname}${text === "" ? "" : `?${text}`}`);
}
