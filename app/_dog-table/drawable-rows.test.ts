import { describe, expect, it } from "vitest";
import { drawable, NEW_ROWS_A_FRAME } from "./drawable-rows.ts";

const window = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ client_id: `K-${from + index}` }));

describe("rows drawn over frames", () => {
  it("C78: a window of new dogs is drawn a few rows a frame from the top, until it is whole", () => {
    const rows = window(0, 20);
    let drawn: ReadonlySet<string> | null = null;
    const sizes: number[] = [];
    for (let frame = 0; frame < 4; frame += 1) {
      drawn = drawable(rows, drawn);
      sizes.push(drawn.size);
    }
    expect(sizes).toEqual([NEW_ROWS_A_FRAME, 2 * NEW_ROWS_A_FRAME, 3 * NEW_ROWS_A_FRAME, 20]);
  });

  it("C78: a row that is drawn stays drawn, whatever new comes above it", () => {
    const before = new Set(window(0, 10).map((row) => row.client_id));
    const drawn = drawable([...window(100, 10), ...window(0, 10)], before);
    for (const sn of before) expect(drawn.has(sn)).toBe(true);
    expect(drawn.size).toBe(10 + NEW_ROWS_A_FRAME);
  });

  it("C78: what has left the window is forgotten", () => {
    expect(drawable(window(5, 2), new Set(["K-0", "K-5"]))).toEqual(new Set(["K-5", "K-6"]));
  });
});
