import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { Heap, type HeapItem } from "./heap.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

it("R30: the heap's first is always the least due, as items are filed, moved and taken out", () => {
  const moves = fc.array(fc.tuple(fc.nat(40), fc.option(fc.nat(1_000))), { maxLength: 300, size: "max" });
  fc.assert(
    fc.property(moves, (steps) => {
      const heap = new Heap<HeapItem>();
      const items = Array.from({ length: 41 }, (): HeapItem => ({ dueAt: null, heapIndex: -1 }));
      for (const [index, dueAt] of steps) {
        const item = items[index];
        if (item !== undefined) heap.update(item, dueAt);
        const due = items.flatMap(({ dueAt: at }) => at ?? []);
        expect(heap.size).toBe(due.length);
        expect(heap.peek()?.dueAt ?? null).toBe(due.length === 0 ? null : Math.min(...due));
      }
    }),
  );
});
