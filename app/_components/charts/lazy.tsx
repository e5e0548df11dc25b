"use client";

import dynamic from "next/dynamic";
import { memo } from "react";
import { Skeleton } from "../ui/skeleton.tsx";

const plot = () => <Skeleton className="h-full min-h-16 w-full" />;

/** The drawings that need Recharts, fetched after first paint. Pages import them from here, never from their files. */
export const StateOverTime = dynamic(() => import("./state-over-time.tsx").then((module) => module.StateOverTime), {
  ssr: false,
  loading: plot,
});
/** Drawn again only for other points: what stands beside it changes several times a second. */
export const ReasonsOverTime = memo(
  dynamic(() => import("./reasons-over-time.tsx").then((module) => module.ReasonsOverTime), {
    ssr: false,
    loading: plot,
  }),
);
export const Histogram = dynamic(() => import("./histogram.tsx").then((module) => module.Histogram), {
  ssr: false,
  loading: plot,
});
/** Drawn again only for other points, as its props are kept by who makes them. */
export const LinesOverTime = memo(
  dynamic(() => import("./lines-over-time.tsx").then((module) => module.LinesOverTime), { ssr: false, loading: plot }),
);
