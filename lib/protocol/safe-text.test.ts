import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { safeText } from "./safe-text.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

it("P3: text from outside is one line, well-formed and cut before it is escaped", () => {
  expect(safeText("a\r\n\u001b[31mred\u2028")).toBe("a\\u000d\\u000a\\u001b[31mred\\u2028");
  expect(safeText("\ud800x")).toBe("\ufffdx");
  expect(safeText("x".repeat(300))).toBe(`${"x".repeat(255)}…`);
  expect(safeText("狗".repeat(256))).toHaveLength(256);
});

it("P3: whatever comes, no control character is left", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 280, size: "max" }), (text) => {
      const safe = safeText(text);
      expect(safe.isWellFormed()).toBe(true);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
    }),
    { numRuns: 40 },
  );
});
