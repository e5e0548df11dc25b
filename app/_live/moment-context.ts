"use client";

import { createContext, useContext } from "react";

export interface Moment {
  /** What this page shows: an instant of the past (epoch ms), or null for live. */
  readonly at: number | null;
  /** What the address asks for, also on a page that is always live. */
  readonly asked: number | null;
  /** A link of the console that keeps the moment. */
  readonly linkTo: (href: string) => string;
  /** Shows another moment, or live with null. */
  readonly go: (at: number | null, history?: "push" | "replace") => void;
}

const LIVE: Moment = { at: null, asked: null, linkTo: (href) => href, go: () => {} };

export const MomentContext = createContext<Moment>(LIVE);

/** The moment the console looks at. Without a provider it is live. */
export const useMoment = (): Moment => useContext(MomentContext);

/** The instant this page shows, null for live: what a query of the past takes. */
export const useAt = (): number | null => useContext(MomentContext).at;
