"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { DogRow } from "#lib/contracts/reconnection.ts";
import { type KeyPlace, moveCursor, type TableCommand, tableCommand } from "./keyboard.ts";
import { MATCHING, NOTHING, type Selection, selectRange, toggleLoaded, toggleRow } from "./selection.ts";

export interface TableHands {
  readonly selection: Selection;
  /** The sn the keyboard is on. */
  readonly cursor: string | null;
  /** The keyboard moved it, so it must be seen; a pointer shows itself. */
  readonly isCursorShown: boolean;
  setCursor(sn: string): void;
  toggle(sn: string, range: boolean): void;
  toggleLoaded(): void;
  selectMatching(): void;
  clear(): void;
}

export interface HandsOptions {
  readonly rows: readonly DogRow[];
  readonly pageRows: number;
  /** Enter: go to the dog's page. */
  readonly open: (row: DogRow) => void;
  /** `f`: force the selection, or the row under the cursor where nothing is selected. */
  readonly force: (row: DogRow | null, selection: Selection) => void;
}

/** Selection, cursor and keys of the one table on a page. Callbacks keep their identity, so rows do not render for them. */
export function useTableHands(options: HandsOptions): TableHands {
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [{ cursor, isShown }, moveTo] = useState<{ readonly cursor: string | null; readonly isShown: boolean }>({
    cursor: null,
    isShown: false,
  });
  const ids = useMemo(() => options.rows.map((row) => row.client_id), [options.rows]);
  const latest = useRef({ options, ids, cursor, selection });
  useEffect(() => {
    latest.current = { options, ids, cursor, selection };
  });

  const run = useCallback((command: TableCommand) => {
    const now = latest.current;
    const row = now.options.rows.find((candidate) => candidate.client_id === now.cursor) ?? null;
    switch (command.type) {
      case "move":
      case "page":
      case "first":
      case "last": {
        const next = moveCursor(now.ids, now.cursor, command, now.options.pageRows);
        moveTo({ cursor: next, isShown: true });
        if (command.type === "move" && command.extend && next !== null)
          setSelection((before) => selectRange(before, now.cursor ?? next, next, now.ids));
        return;
      }
      case "toggle":
        if (row !== null) setSelection((before) => toggleRow(before, row.client_id, now.ids));
        return;
      case "open":
        if (row !== null) now.options.open(row);
        return;
      case "force":
        now.options.force(row, now.selection);
        return;
      case "clear":
        setSelection(NOTHING);
        return;
    }
  }, []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const place = placeOf(event.target);
      const command = tableCommand(event, place);
      if (command === null || (latest.current.cursor === null && needsCursor(command))) return;
      // Esc with nothing to clear is for whoever comes next: it leads back from the past.
      if (command.type === "clear" && latest.current.selection === NOTHING) return;
      event.preventDefault();
      run(command);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [run]);

  const toggle = useCallback((sn: string, range: boolean) => {
    const now = latest.current;
    const from = now.cursor;
    setSelection((before) =>
      range && from !== null ? selectRange(before, from, sn, now.ids) : toggleRow(before, sn, now.ids),
    );
    moveTo({ cursor: sn, isShown: false });
  }, []);

  return {
    selection,
    cursor,
    isCursorShown: isShown,
    setCursor: useCallback((sn: string) => moveTo({ cursor: sn, isShown: false }), []),
    toggle,
    toggleLoaded: useCallback(() => setSelection((before) => toggleLoaded(before, latest.current.ids)), []),
    selectMatching: useCallback(() => setSelection(MATCHING), []),
    clear: useCallback(() => setSelection(NOTHING), []),
  };
}

/** Space and Enter belong to the browser until the keyboard is on a row. */
const needsCursor = (command: TableCommand) => command.type === "toggle" || command.type === "open";

/** Whose key it is: a field's, a button's own, a dialog's, or the table's. */
function placeOf(target: EventTarget | null): KeyPlace {
  if (document.querySelector("[role=dialog][data-state=open], [role=alertdialog][data-state=open]") !== null)
    return "overlay";
  if (!(target instanceof HTMLElement)) return "table";
  if (target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return "overlay";
  if (target instanceof HTMLInputElement) return target.type === "checkbox" ? "control" : "text";
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable)
    return "text";
  return target.closest("button, a[href], [role=radio]") === null ? "table" : "control";
}
