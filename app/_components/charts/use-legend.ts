"use client";

import { useCallback, useState } from "react";

/** Which series of a chart are hidden. Shared by the frame's legend and the chart. */
export function useLegend(): { readonly hidden: ReadonlySet<string>; readonly toggle: (key: string) => void } {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set());
  const toggle = useCallback((key: string) => {
    setHidden((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  }, []);
  return { hidden, toggle };
}
