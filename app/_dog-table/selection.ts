/** What the operator's hand is on: rows by sn, or all that match the filter now in force. */
export type Selection = { readonly type: "some"; readonly ids: ReadonlySet<string> } | { readonly type: "matching" };

/** The gateway takes at most this many sns in one request; beyond it only "all that match" works. */
export const MAX_SELECTED = 1_000;

export const NOTHING: Selection = { type: "some", ids: new Set() };
export const MATCHING: Selection = { type: "matching" };

export function isSelected(selection: Selection, id: string): boolean {
  return selection.type === "matching" || selection.ids.has(id);
}

/** Dogs selected, of `total` that match. */
export function selectedCount(selection: Selection, total: number): number {
  return selection.type === "matching" ? total : selection.ids.size;
}

/** Adds or removes one row. Taking one out of "all that match" leaves the loaded others: the server has no "except". */
export function toggleRow(selection: Selection, id: string, loaded: readonly string[]): Selection {
  const ids = new Set(selection.type === "matching" ? loaded.slice(0, MAX_SELECTED) : selection.ids);
  if (ids.has(id)) ids.delete(id);
  else if (ids.size < MAX_SELECTED) ids.add(id);
  return { type: "some", ids };
}

/** Adds every row from `from` to `to` in the order shown, whichever comes first (shift-click, shift-arrow). */
export function selectRange(selection: Selection, from: string, to: string, shown: readonly string[]): Selection {
  if (selection.type === "matching") return selection;
  const [a, b] = [shown.indexOf(from), shown.indexOf(to)];
  if (a < 0 || b < 0) return toggleRow(selection, to, shown);
  const span = shown.slice(Math.min(a, b), Math.max(a, b) + 1);
  return { type: "some", ids: new Set([...selection.ids, ...span].slice(0, MAX_SELECTED)) };
}

/** The head's box: all loaded rows, or none when they are all selected already. */
export function toggleLoaded(selection: Selection, loaded: readonly string[]): Selection {
  if (selection.type === "matching" || headState(selection, loaded) === "all") return NOTHING;
  return { type: "some", ids: new Set(loaded.slice(0, MAX_SELECTED)) };
}

/** What the head's box shows. */
export function headState(selection: Selection, loaded: readonly string[]): "none" | "some" | "all" {
  if (selection.type === "matching") return "all";
  if (selection.ids.size === 0) return "none";
  return loaded.length > 0 && loaded.every((id) => selection.ids.has(id)) ? "all" : "some";
}
