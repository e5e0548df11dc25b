import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { safeText } from "./safe-text.ts";

/** Properties run a hundred times each: a loaded machine may need longer than one example does. */
vi.setConfig({ testTimeout: 30_000 });

it("P3: text from outside is one line, well-formed and, escapes included, 256 characters at most", () => {
  expect(safeText("a\r\n\u001b[31mred\u2028")).toBe("a\\u000d\\u000a\\u001b[31mred\\u2028");
  expect(safeText("\ud800x")).toBe("\ufffdx");
  expect(safeText("x".repeat(300))).toBe(`${"x".repeat(255)}…`);
  expect(safeText(" ~".repeat(128))).toBe(" ~".repeat(128));
  expect(safeText("狗".repeat(256))).toHaveLength(256);
  expect(safeText("abc\u202edrowssap\u2066")).toBe("abc\\u202edrowssap\\u2066");
  expect(safeText("\n".repeat(256))).toBe(`${"\\u000a".repeat(42)}…`);
  expect(safeText("\u{1f415}".repeat(128))).toBe("\u{1f415}".repeat(128));
  expect(safeText("\u{1f415}".repeat(129))).toBe(`${"\u{1f415}".repeat(127)}…`);
});

it("P3: whatever comes, no control character is left", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 280, size: "max" }), (text) => {
      const safe = safeText(text);
      expect(safe.isWellFormed()).toBe(true);
      expect(safe.length).toBeLessThanOrEqual(256);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/);
    }),
    { numRuns: 40 },
  );
});
