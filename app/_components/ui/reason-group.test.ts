import { describe, expect, it } from "vitest";
import { REASON_CODES } from "#lib/reconnection/reason-code.ts";
import { REASON_GROUP_COLOR, REASON_GROUPS, reasonGroup } from "./reason-group.ts";

describe("reason colours", () => {
  it("C29: every reason has one group and every group its own colour", () => {
    for (const code of REASON_CODES) expect(REASON_GROUPS).toContain(reasonGroup(code));
    expect(new Set(Object.values(REASON_GROUP_COLOR)).size).toBe(REASON_GROUPS.length);
  });
});
