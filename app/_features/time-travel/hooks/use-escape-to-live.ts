"use client";

import { useEffect } from "react";
import { useMoment } from "#app/_live/moment-context.ts";

/** Esc goes back to live, unless a field, a dialog, a menu or a selection takes it first. */
export function useEscapeToLive(): void {
  const { at, go } = useMoment();
  const isPast = at !== null;
  useEffect(() => {
    if (!isPast) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || isTaken(event.target)) return;
      event.preventDefault();
      go(null);
    };
    // The window hears it last: whoever listens at the document has had their turn.
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [isPast, go]);
}

const OVERLAY =
  "[role=dialog], [role=alertdialog], [role=menu], [role=listbox], [role=tooltip][data-state=instant-open]";

function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("[role=dialog][data-state=open], [role=alertdialog][data-state=open]") !== null)
    return true;
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type !== "range" && target.type !== "checkbox") return true;
  return target instanceof HTMLTextAreaElement || target.closest(OVERLAY) !== null;
}
