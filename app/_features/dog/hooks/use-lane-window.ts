"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { LaneView } from "#app/_components/charts/lane-view.ts";
import { browserClock } from "#app/_live/browser-clock.ts";
import { instantText, parseInstant } from "#app/_live/moment.ts";
import { useMoment } from "#app/_live/moment-context.ts";
import { CONTEXTS, contextFor, type LaneContext } from "../model/lane-context.ts";

/** The address and the server follow the hand after this long at rest. */
const SETTLE_MS = 250;
const LEAST_ASKED_MS = 1_000;
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

interface Choice {
  readonly context: LaneContext;
  readonly view: LaneView | null;
}

/**
 * The timeline's window; nothing is asked for before the dog was first seen (epoch ms) or after `now`. The address keeps it and follows the hand:
 * it is read when the page opens and when the browser goes back.
 */
export function useLaneWindow(now: number, firstSeenAt: number): LaneWindow {
  const search = useSearchParams();
  const { asked } = useMoment();
  const [choice, choose] = useState(() => choiceOf(search, asked));
  const [still, setStill] = useState(choice);
  useEffect(() => {
    const back = () => {
      const read = choiceOf(new URLSearchParams(window.location.search), null);
      choose(read);
      setStill(read);
    };
    window.addEventListener("popstate", back);
    return () => window.removeEventListener("popstate", back);
  }, []);
  useEffect(() => {
    if (choice === still) return;
    return browserClock.schedule(SETTLE_MS, () => {
      write(choice);
      setStill(choice);
    });
  }, [choice, still]);
  const settled = useMemo(() => {
    // Before the dog was first seen, and ahead of now, there is nothing to ask for.
    if (still.view === null || still.view.to <= firstSeenAt || still.view.from >= now) return null;
    const from = Math.max(still.view.from, Math.floor(firstSeenAt / 1_000) * 1_000);
    return { from, to: Math.max(from + LEAST_ASKED_MS, Math.min(still.view.to, now)) };
  }, [still, firstSeenAt, now]);
  const setContext = useCallback((context: LaneContext) => choose({ context, view: null }), []);
  const setView = useCallback((view: LaneView | null) => choose(({ context }) => ({ context, view })), []);
  return { context: contextFor(choice.view, choice.context, now), view: choice.view, settled, setContext, setView };
}

function choiceOf(search: Pick<URLSearchParams, "get">, asked: number | null): Choice {
  const context = CONTEXTS.find((each) => each === search.get("window")) ?? "24h";
  const [from, to] = [parseInstant(search.get("from")), parseInstant(search.get("to"))];
  if (from !== null && to !== null && from < to) return { context, view: { from, to } };
  return { context, view: asked === null ? null : { from: asked - AROUND_MS, to: asked + AROUND_MS } };
}

function write({ context, view }: Choice): void {
  const search = new URLSearchParams(window.location.search);
  search.set("window", context);
  if (context === "24h") search.delete("window");
  search.delete("from");
  search.delete("to");
  if (view !== null) {
    search.set("from", instantText(view.from));
    search.set("to", instantText(view.to));
  }
  const text = search.toString().replaceAll("%3A", ":");
  window.history.replaceState(null, "", `${window.location.pathname}${text === "" ? "" : `?${text}`}`);
}
