export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Where the key was pressed: in a text field, on a button or link of its own, inside a dialog or menu, or elsewhere. */
export type KeyPlace = "text" | "control" | "overlay" | "table";

export type TableCommand =
  | { readonly type: "move"; readonly by: number; readonly extend: boolean }
  | { readonly type: "page"; readonly by: 1 | -1 }
  | { readonly type: "first" }
  | { readonly type: "last" }
  | { readonly type: "toggle" }
  | { readonly type: "open" }
  | { readonly type: "force" }
  | { readonly type: "clear" };

/** The table's keys: arrows, page keys, space, enter, `f`, Esc. Null where the key belongs to something else (`/` is the search field's). */
export function tableCommand(press: KeyPress, place: KeyPlace): TableCommand | null {
  if (press.ctrlKey || press.metaKey || press.altKey || place === "overlay" || place === "text") return null;
  switch (press.key) {
    case "ArrowDown":
      return { type: "move", by: 1, extend: press.shiftKey };
    case "ArrowUp":
      return { type: "move", by: -1, extend: press.shiftKey };
    case "Escape":
      return { type: "clear" };
    case "f":
      return { type: "force" };
    default:
      return place === "table" ? tableOnly(press.key) : null;
  }
}

/** Keys that a focused button, link or checkbox keeps for itself. */
function tableOnly(key: string): TableCommand | null {
  switch (key) {
    case "PageDown":
      return { type: "page", by: 1 };
    case "PageUp":
      return { type: "page", by: -1 };
    case "Home":
      return { type: "first" };
    case "End":
      return { type: "last" };
    case " ":
      return { type: "toggle" };
    case "Enter":
      return { type: "open" };
    default:
      return null;
  }
}

/** The row the cursor lands on, or null in an empty table. A cursor whose dog has gone starts again at the top. */
export function moveCursor(
  shown: readonly string[],
  cursor: string | null,
  command: TableCommand,
  pageRows: number,
): string | null {
  const at = cursor === null ? -1 : shown.indexOf(cursor);
  const clamp = (index: number) => shown[Math.min(shown.length - 1, Math.max(0, index))] ?? null;
  switch (command.type) {
    case "move":
      return at < 0 ? clamp(0) : clamp(at + command.by);
    case "page":
      return clamp(Math.max(0, at) + command.by * pageRows);
    case "first":
      return clamp(0);
    case "last":
      return clamp(shown.length - 1);
    case "toggle":
    case "open":
    case "force":
    case "clear":
      return cursor;
  }
}
