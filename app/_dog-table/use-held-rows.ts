"use client";

import { useCallback, useMemo, useState } from "react";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { type HeldOrder, holdOrder, type ShownRows, showHeld } from "./row-order.ts";

export interface HeldRows extends ShownRows {
  /** Puts the rows in their new order now, and goes on holding that. */
  apply(): void;
}

/**
 * Rows that keep their places while `holding` (a pointer over them, a selection). `listKey` names the list: another
 * filter or sort is another list and is never held back.
 */
export function useHeldRows(latest: readonly DogRow[], holding: boolean, listKey: string): HeldRows {
  const [held, setHeld] = useState<{ readonly key: string; readonly order: HeldOrder } | null>(null);
  const current = held !== null && held.key === listKey ? held.order : null;
  if (holding && current === null && latest.length > 0) setHeld({ key: listKey, order: holdOrder(latest) });
  if (!holding && held !== null) setHeld(null);
  const shown = useMemo(() => showHeld(holding ? current : null, latest), [holding, current, latest]);
  const apply = useCallback(() => setHeld({ key: listKey, order: holdOrder(latest) }), [latest, listKey]);
  return { ...shown, apply };
}
