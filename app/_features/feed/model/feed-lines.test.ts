import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { feedEventOf, incidentOf } from "../testing/feed-event.ts";
import { feedLines, isOfIncident } from "./feed-lines.ts";

const T = Date.parse("2026-11-22T19:12:00.000Z");
const drop = (n: number, at: number) => feedEventOf({ n, at, reason_code: "network_timeout", site: "Ningbo yard" });

describe("feed lines", () => {
  it("C50: four of a kind within 5 s are one line with their count and site", () => {
    const lines = feedLines([drop(4, T + 4_000), drop(3, T + 3_000), drop(2, T + 1_000), drop(1, T)], null);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ count: 4, site: "Ningbo yard" });
  });

  it("C50: three of a kind stay three lines, and so do four over a minute", () => {
    expect(feedLines([drop(3, T + 2), drop(2, T + 1), drop(1, T)], null)).toHaveLength(3);
    expect(
      feedLines(
        [4, 3, 2, 1].map((n) => drop(n, T + n * 15_000)),
        null,
      ),
    ).toHaveLength(4);
  });

  it("C51: the drops of an incident are told by its pinned line alone", () => {
    const incident = incidentOf({ since: T, within_ms: 6_000, name: "Ningbo yard" });
    const other = feedEventOf({ n: 9, at: T + 1_000, reason_code: "network_timeout", site: "Qingdao" });
    expect(feedLines([drop(2, T + 5_000), other, drop(1, T)], incident).map(({ id }) => id)).toEqual([other.id]);
    expect(isOfIncident(drop(1, T - 1), incident)).toBe(false);
    expect(isOfIncident(drop(1, T + 6_001), incident)).toBe(false);
  });

  it("C50: no event is lost and none is told twice", () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ gap: fc.nat(8_000), reason: fc.constantFrom("peer_reset", "unknown") })),
        (steps) => {
          let at = T;
          const events = steps.map(({ gap, reason }, n) => {
            at -= gap;
            return feedEventOf({ n, at, reason_code: reason as "peer_reset", site: null });
          });
          const told = feedLines(events, null).reduce((sum, { count }) => sum + count, 0);
          expect(told).toBe(events.length);
        },
      ),
    ));
});
