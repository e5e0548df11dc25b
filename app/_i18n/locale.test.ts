import { describe, expect, it } from "vitest";
import { negotiateLocale, safeTimeZone } from "./locale.ts";

describe("language", () => {
  it.each([
    ["zh-CN", "en-US", "zh-CN"],
    ["en", "zh-CN,zh;q=0.9", "en"],
    [undefined, "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
    [undefined, "de;q=0.9, en;q=0.7, zh;q=0.8", "zh-CN"],
    [undefined, "zh;q=0, en", "en"],
    [undefined, null, "en"],
    [undefined, "fr", "en"],
    ["../etc", "zh-TW", "zh-CN"],
  ])("C33: cookie %s and Accept-Language %s give %s", (cookie, header, locale) => {
    expect(negotiateLocale(cookie, header)).toBe(locale);
  });

  it("C33: a zone this runtime does not know falls back", () => {
    expect(safeTimeZone("Asia/Shanghai", "UTC")).toBe("Asia/Shanghai");
    expect(safeTimeZone("Mars/Olympus", "UTC")).toBe("UTC");
    expect(safeTimeZone("x".repeat(1_000), "UTC")).toBe("UTC");
    expect(safeTimeZone(undefined, "UTC")).toBe("UTC");
  });
});
