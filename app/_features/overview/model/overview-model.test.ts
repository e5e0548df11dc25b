import { describe, expect, it } from "vitest";
import { codesOfGroup, REASON_GROUPS, reasonGroup } from "#app/_components/ui/reason-group.ts";
import { REASON_CODES } from "#lib/reconnection/reason-code.ts";
import { groupsNow } from "./reason-groups.ts";
import { spacedMarks, statePoints, stateSpark } from "./state-points.ts";
import { waitingSteps } from "./waiting-steps.ts";

const NOBODY = {
  connected: 0,
  settling: 0,
  silent: 0,
  reconnecting: 0,
  refused: 0,
  probing: 0,
  gave_up: 0,
  offline: 0,
  unknown: 0,
  flapping: 0,
};
const at = (seconds: number) => new Date(seconds * 1_000).toISOString();

describe("overview's charts", () => {
  it("C55: steps now waiting are in order and keep the first steps", () => {
    const steps = waitingSteps([
      { delay_ms: 30_000, count: 8 },
      { delay_ms: 2_000, count: 1 },
    ]);
    expect(steps.map(({ delayMs }) => delayMs / 1_000)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(steps.map(({ count }) => count)).toEqual([0, 1, 0, 0, 0, 8]);
  });

  it("C56: every reason is counted in one group, and a press on a group filters by all of its reasons", () => {
    const all = Object.fromEntries(REASON_CODES.map((code) => [code, 1]));
    const groups = groupsNow(all);
    expect(groups.map(({ group }) => group)).toEqual([...REASON_GROUPS]);
    expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(REASON_CODES.length);
    for (const { group } of groups) for (const code of codesOfGroup(group)) expect(reasonGroup(code)).toBe(group);
  });

  it("C57: time before the first dog is left out, time nobody watched is a gap and not zero", () => {
    const states = [
      { at: at(0), ...NOBODY },
      { at: at(30), ...NOBODY, connected: 5, settling: 1, refused: 2 },
      { at: at(60), ...NOBODY, unknown: 8 },
    ];
    const points = statePoints({ states });
    expect(points.map((point) => point.connected)).toEqual([6, 0]);
    expect(points[0]?.reconnecting).toBe(2);
    expect(points[1]?.unknown).toBe(8);
    expect(stateSpark({ states }, (bucket) => bucket.connected)).toEqual([5, null]);
  });

  it("C58: words of marks on the state chart never share a place; the latest is kept", () => {
    const marks = [10, 12, 55, 90].map((share) => ({ at: share }));
    expect(spacedMarks(marks, 0, 100).map((mark) => mark.at)).toEqual(
      [10, 55, 90].filter((share) => share !== 10 || 55 - share >= 44),
    );
    expect(spacedMarks([{ at: 50 }, { at: 60 }], 0, 100)).toEqual([{ at: 60 }]);
  });
});
