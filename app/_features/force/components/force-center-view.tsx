"use client";

import { useSyncExternalStore } from "react";
import { forceCenter } from "../hooks/force-context.ts";
import { useForceFeed } from "../hooks/use-force-feed.ts";
import { useForceToasts } from "../hooks/use-force-toasts.ts";
import { BatchBar } from "./batch-bar.tsx";

const NONE: readonly string[] = [];

/** Mount once for the console: follows forces over the feed, announces their ends, floats the batches under way. */
export function ForceCenterView() {
  useForceFeed();
  useForceToasts();
  const batches = useSyncExternalStore(forceCenter.subscribeBatches, forceCenter.batches, () => NONE);
  if (batches.length === 0) return null;
  return (
    <div className="-translate-x-1/2 fixed bottom-20 left-1/2 z-40 flex max-w-[calc(100vw-32px)] flex-col gap-2">
      {batches.map((batch) => (
        <BatchBar key={batch} batch={batch} />
      ))}
    </div>
  );
}
