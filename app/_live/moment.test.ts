import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantText, isTravelled, keepMoment, parseInstant, withMoment } from "./moment.ts";

const AT = Date.UTC(2026, 10, 23, 2, 14, 5);

describe("the moment in the address", () => {
  it("C103: an instant survives its way through the address, whatever else stands in it", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e12 }),
        fc.dictionary(fc.constantFrom("q", "state", "sort"), fc.string()),
        (at, others) => {
          const before = new URLSearchParams(others).toString();
          const after = new URLSearchParams(withMoment(before, at));
          expect(parseInstant(after.get("at"))).toBe(at);
          after.delete("at");
          expect(after.toString()).toBe(new URLSearchParams(before).toString());
        },
      ),
    ));

  it("C103: what is no instant is none: live, not an error", () => {
    for (const text of [null, "", "yesterday", "2026", "2026-11-23T02:14:05", "1795399200000", "2026-99-23T02:14:05Z"])
      expect(parseInstant(text), String(text)).toBeNull();
    expect(parseInstant("2026-11-23T10:14:05+08:00")).toBe(AT);
  });

  it("C103: links keep the moment beside their own filter, and lose it with the way back to live", () => {
    expect(keepMoment("/reconnections?state=gave_up", AT)).toBe("/reconnections?state=gave_up&at=2026-11-23T02:14:05Z");
    expect(keepMoment("/dogs/A-1", AT)).toBe("/dogs/A-1?at=2026-11-23T02:14:05Z");
    expect(keepMoment("/dogs", null)).toBe("/dogs");
    expect(keepMoment("https://example.com/", AT)).toBe("https://example.com/");
    expect(withMoment("?q=a&at=2026-11-23T02:14:05Z", null)).toBe("?q=a");
    expect(withMoment("?at=2026-11-23T02:14:05Z", null)).toBe("");
  });

  it("C103: the three pages of now can be seen as they were, a dog's page is always live", () => {
    expect(["/", "/reconnections", "/dogs"].every(isTravelled)).toBe(true);
    expect(isTravelled("/dogs/A-1")).toBe(false);
    expect(instantText(AT + 7)).toBe("2026-11-23T02:14:05.007Z");
  });
});
