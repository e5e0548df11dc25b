"use client";

import { useEffect, useState } from "react";
import { browserClock } from "#app/_live/browser-clock.ts";

/** `value` once it has stood still for `waitMs`: typing asks the server once a pause, not once a letter. */
export function useSettled<T>(value: T, waitMs: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => browserClock.schedule(waitMs, () => setSettled(value)), [value, waitMs]);
  return settled;
}
