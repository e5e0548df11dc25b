"use client";

import { type RefObject, useEffect, useState } from "react";

/**
 * Whether the pointer is over the rows, and how they tell it. A menu or dialog of a row is its child in React, not in the page: once it
 * closes no leave is told, so a move outside `scroller` ends it too.
 */
export function usePointerOver(scroller: RefObject<HTMLElement | null>): readonly [boolean, (over: boolean) => void] {
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!over) return;
    const move = (event: PointerEvent) => {
      if (event.target instanceof Node && scroller.current?.contains(event.target) !== true) setOver(false);
    };
    document.addEventListener("pointermove", move);
    return () => document.removeEventListener("pointermove", move);
  }, [over, scroller]);
  return [over, setOver];
}
