import { describe, expect, it } from "vitest";
import { type KeyPlace, moveCursor, tableCommand } from "./keyboard.ts";

const press = (key: string, place: KeyPlace = "table", over: { shiftKey?: boolean; ctrlKey?: boolean } = {}) =>
  tableCommand({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...over }, place);

describe("table keys", () => {
  it("C22: the table's own keys", () => {
    expect(press("ArrowDown")).toEqual({ type: "move", by: 1, extend: false });
    expect(press("ArrowUp", "table", { shiftKey: true })).toEqual({ type: "move", by: -1, extend: true });
    expect(press(" ")).toEqual({ type: "toggle" });
    expect(press("Enter")).toEqual({ type: "open" });
    expect(press("f")).toEqual({ type: "force" });
    expect(press("Escape")).toEqual({ type: "clear" });
    expect(press("x")).toBeNull();
  });

  it("C22: typing is never a command", () => {
    for (const key of ["f", " ", "Enter", "ArrowDown"]) expect(press(key, "text")).toBeNull();
  });

  it("C22: a focused button keeps space and enter; a dialog keeps everything", () => {
    expect(press(" ", "control")).toBeNull();
    expect(press("Enter", "control")).toBeNull();
    expect(press("ArrowDown", "control")).toEqual({ type: "move", by: 1, extend: false });
    expect(press("f", "overlay")).toBeNull();
  });

  it("C22: the browser's own shortcuts pass", () => {
    expect(press("f", "table", { ctrlKey: true })).toBeNull();
  });

  it("C22: the cursor stays inside the table", () => {
    const rows = ["A", "B", "C"];
    const move = (by: number) => ({ type: "move", by, extend: false }) as const;
    expect(moveCursor(rows, null, move(1), 20)).toBe("A");
    expect(moveCursor(rows, "C", move(1), 20)).toBe("C");
    expect(moveCursor(rows, "A", move(-1), 20)).toBe("A");
    expect(moveCursor(rows, "A", { type: "page", by: 1 }, 20)).toBe("C");
    expect(moveCursor(rows, "gone", move(1), 20)).toBe("A");
    expect(moveCursor(rows, "A", { type: "last" }, 20)).toBe("C");
    expect(moveCursor([], null, move(1), 20)).toBeNull();
  });
});
