import { describe, expect, it } from "vitest";
import type { Sight, Witness } from "../load/witness.ts";
import { check, checkRows } from "./checker.ts";
import type { JournalRow } from "./journal-file.ts";

const EPOCH = "e1";
const row = (seq: number, type: string, sn: string | null, body: object = {}, epoch = EPOCH): JournalRow => ({
  epoch,
  seq,
  at: 1_000 + seq,
  sn,
  type,
  body: body as JournalRow["body"],
});
const saw = (sn: string, sight: Sight, at = 1): Witness => ({ at, sn, ...sight });

const JOURNAL: readonly JournalRow[] = [
  row(1, "gateway.started", null),
  row(2, "dog.connected", "A", { session: "e1.1", outage: null }),
  row(3, "force.requested", "A", { ticket: "t1" }),
  row(4, "dog.disconnected", "A", { session: "e1.1" }),
  row(5, "dog.connected", "A", { session: "e1.2", outage: { id: "A-1" } }),
];
const SEEN: readonly Witness[] = [
  saw("A", { did: "login", session: "e1.1" }),
  saw("A", { did: "login_again", session: "e1.1" }),
  saw("A", { did: "ticket", ticket: "t1" }),
  saw("A", { did: "closed", code: 4000, error: null }),
  saw("A", { did: "login", session: "e1.2", outage: "A-1" }),
];
const retoldAs = (session: string): JournalRow["body"] => ({ session, outage: null });
const rulesOf = (seen: readonly Witness[], journal: readonly JournalRow[]) =>
  check(seen, journal).complaints.map(({ rule }) => rule);

describe("the checker of the chaos runs", () => {
  it("G1: has nothing to say where all that was acknowledged is stored once", () => {
    expect(check(SEEN, JOURNAL)).toEqual({ complaints: [], logins: 2, reports: 1, tickets: 1, events: 5 });
  });

  it("G1: sees an acknowledged login that is not in the journal", () => {
    expect(rulesOf([...SEEN, saw("B", { did: "login", session: "e1.3" })], JOURNAL)).toEqual(["lost"]);
  });

  it("G1: sees an acknowledged report that is not in the journal", () => {
    const without = JOURNAL.with(4, row(5, "dog.connected", "A", { session: "e1.2", outage: null }));
    expect(rulesOf(SEEN, without)).toEqual(["lost"]);
  });

  it("G1: sees a ticket that was answered 202 and is not in the journal", () => {
    expect(rulesOf([...SEEN, saw("A", { did: "ticket", ticket: "t2" })], JOURNAL)).toEqual(["lost"]);
  });

  it("G1: sees an event that is stored twice, a session that begins or ends twice, a report taken twice", () => {
    expect(rulesOf(SEEN, [...JOURNAL, row(5, "dog.heard", "A")])).toEqual(["doubled"]);
    expect(rulesOf(SEEN, [...JOURNAL, row(6, "dog.connected", "A", { session: "e1.1" })])).toEqual(["doubled"]);
    expect(rulesOf(SEEN, [...JOURNAL, row(6, "dog.disconnected", "A", { session: "e1.1" })])).toEqual(["doubled"]);
    const again = row(6, "dog.connected", "A", { session: "e1.3", outage: { id: "A-1" } });
    expect(rulesOf(SEEN, [...JOURNAL, again])).toEqual(["doubled"]);
    const seenAgain = saw("A", { did: "login", session: "e1.3", outage: "A-1" });
    expect(rulesOf([...SEEN, seenAgain], [...JOURNAL, again])).toEqual(["doubled"]);
  });

  it("G1, G124: a report is kept by the login that told it first, answered or not; told again it is kept no second time", () => {
    const unanswered = row(6, "dog.connected", "A", { session: "e1.3", outage: { id: "A-2" } });
    const retold = row(7, "dog.connected", "A", { session: "e1.4", outage: null });
    const login = saw("A", { did: "login", session: "e1.4", outage: "A-2" });
    expect(rulesOf([...SEEN, login], [...JOURNAL, unanswered, retold])).toEqual([]);
    const twice = row(7, "dog.connected", "A", { session: "e1.4", outage: { id: "A-2" } });
    expect(rulesOf([...SEEN, login], [...JOURNAL, unanswered, twice])).toEqual(["doubled"]);
    // Over a kill as well: the next gateway knows what the last one committed.
    const next = row(1, "dog.connected", "A", { session: "e2.1", outage: { id: "A-2" } }, "e2");
    const back = saw("A", { did: "login", session: "e2.1", outage: "A-2" });
    expect(rulesOf([...SEEN, back], [...JOURNAL, unanswered, next])).toEqual(["doubled"]);
    expect(rulesOf([...SEEN, back], [...JOURNAL, unanswered, { ...next, body: retoldAs("e2.1") }])).toEqual([]);
  });

  it("G1: sees a report kept for another dog, and one that its dog never told", () => {
    const ofB = row(5, "dog.connected", "B", { session: "e1.2", outage: { id: "A-1" } });
    expect(rulesOf(SEEN, JOURNAL.with(4, ofB))).toEqual(["contradicted", "contradicted", "lost"]);
    const invented = row(6, "dog.connected", "B", { session: "e1.3", outage: { id: "B-1" } });
    expect(rulesOf([...SEEN, saw("B", { did: "login", session: "e1.3" })], [...JOURNAL, invented])).toEqual([
      "contradicted",
    ]);
  });

  it("G1: sees a hole in the numbers, time running backwards, a gap told by the journal itself", () => {
    expect(rulesOf(SEEN, [...JOURNAL, row(7, "dog.heard", "A")])).toEqual(["lost"]);
    expect(rulesOf(SEEN, [...JOURNAL, { ...row(6, "dog.heard", "A"), at: 1_005 }])).toEqual(["broken_order"]);
    expect(rulesOf(SEEN, [...JOURNAL, row(6, "journal.gap", null, { dropped: 3 })])).toEqual(["lost"]);
    expect(rulesOf(SEEN, [...JOURNAL, row(1, "gateway.started", null, {}, "e2")])).toEqual([]);
  });

  it("G1: sees a session given to another dog", () => {
    expect(rulesOf([saw("B", { did: "login", session: "e1.1" })], JOURNAL)).toEqual(["contradicted"]);
    expect(rulesOf([...SEEN, saw("A", { did: "login", session: "e1.1" })], JOURNAL)).toEqual(["doubled"]);
  });

  it("G1: sees a dog without a row, with two, or whose row contradicts it", () => {
    const up = (sn: string, state = "connected") => ({ client_id: sn, state });
    expect(checkRows(["A", "B"], [up("A"), up("B", "settling")])).toEqual([]);
    expect(checkRows(["A", "B"], [up("A")])[0]?.rule).toBe("lost");
    expect(checkRows(["A"], [up("A"), up("A")])[0]?.rule).toBe("doubled");
    expect(checkRows(["A"], [up("A", "reconnecting")])[0]?.rule).toBe("contradicted");
  });
});
