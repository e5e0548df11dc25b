"use client";

import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import { isBeingMade, useFleetSummary } from "#app/_dog-table/fleet-summary.ts";
import { ApiError } from "#app/_live/api-error.ts";
import { useAt } from "#app/_live/moment-context.ts";

const BeforeHorizon = dynamic(() => import("./before-horizon.tsx").then((module) => module.BeforeHorizon), {
  ssr: false,
});

const PastBeingMade = dynamic(() => import("./before-horizon.tsx").then((module) => module.PastBeingMade), {
  ssr: false,
});

const GONE = 410;

/** The page, or why there is none of that moment. */
export function PastGate({ children }: { readonly children: ReactNode }) {
  const at = useAt();
  const { error } = useFleetSummary();
  if (at !== null && error instanceof ApiError && error.status === GONE)
    return <BeforeHorizon at={at} earliest={error.earliest} />;
  if (at !== null && isBeingMade(error)) return <PastBeingMade />;
  return children;
}
