"use client";

import { useEffect, useReducer, useRef } from "react";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { drawable } from "./drawable-rows.ts";

/**
 * Which of the rows in the window are drawn now: a storm that puts thirty new dogs into it is drawn over some frames, each short, and
 * none holds up a key or a scroll. `atOnce`: the first draw takes all, as the server's did.
 */
export function useDrawnRows(rows: readonly DogRow[], atOnce: boolean): ReadonlySet<string> {
  const known = useRef<ReadonlySet<string> | null>(null);
  const [, drawMore] = useReducer((frames: number) => frames + 1, 0);
  const drawn =
    known.current === null && atOnce ? new Set(rows.map((row) => row.client_id)) : drawable(rows, known.current);
  useEffect(() => {
    known.current = drawn;
    if (drawn.size >= rows.length) return;
    const frame = requestAnimationFrame(drawMore);
    return () => cancelAnimationFrame(frame);
  });
  return drawn;
}
