import { describe, expect, it } from "vitest";
import { initials } from "./initials.ts";

describe("avatar", () => {
  it.each([
    ["Lin Wei", "LW"],
    ["operator", "O"],
    ["王伟", "王"],
    ["a b c", "AB"],
    ["  ", ""],
  ])("C28: %s is %s", (name, letters) => expect(initials(name)).toBe(letters));
});
