import type { Witness } from "../load/witness.ts";
import type { JournalRow } from "./journal-file.ts";

/** What the dogs and the operator were promised and the journal does not keep, or keeps twice. */
export interface Complaint {
  readonly rule: "lost" | "doubled" | "contradicted" | "broken_order";
  readonly what: string;
}

export interface CheckResult {
  readonly complaints: readonly Complaint[];
  /** How much was checked. */
  readonly logins: number;
  readonly reports: number;
  readonly tickets: number;
  readonly events: number;
}

type Connected = JournalRow & { readonly session: string; readonly report: string | undefined };

/**
 * Holds what was witnessed against what was stored. Every acknowledged login, outage report and ticket is there, on the
 * right dog, once, and no report twice, acknowledged or not; sequence numbers are contiguous from 1 and instants ascend in each epoch; a session ends at most once.
 */
export function check(witnesses: readonly Witness[], rows: readonly JournalRow[]): CheckResult {
  const complaints: Complaint[] = [];
  const complain = (rule: Complaint["rule"], what: string) => void complaints.push({ rule, what });
  checkOrder(rows, complain);
  const sessions = sessionsOf(rows, complain);
  checkEnds(rows, complain);
  const { logins, reports } = checkLogins(witnesses, sessions, complain);
  const tickets = checkTickets(witnesses, rows, complain);
  return { complaints, logins, reports, tickets, events: rows.length };
}

type Complain = (rule: Complaint["rule"], what: string) => void;

function checkOrder(rows: readonly JournalRow[], complain: Complain): void {
  const epochs = Map.groupBy(rows, (row) => row.epoch);
  for (const [epoch, ofEpoch] of epochs) {
    const ordered = ofEpoch.toSorted((a, b) => a.seq - b.seq);
    let seq = 0;
    let at = 0;
    for (const row of ordered) {
      if (row.seq === seq) complain("doubled", `${epoch} has ${seq} twice`);
      else if (row.seq !== seq + 1) complain("lost", `${epoch} jumps from ${seq} to ${row.seq}`);
      if (row.seq !== seq && row.at <= at) complain("broken_order", `${epoch} ${row.seq} is not after ${seq}`);
      ({ seq, at } = row);
      if (row.type === "journal.gap") complain("lost", `${epoch} tells of a gap: ${JSON.stringify(row.body)}`);
    }
  }
}

function sessionsOf(rows: readonly JournalRow[], complain: Complain): Map<string, Connected> {
  const sessions = new Map<string, Connected>();
  for (const row of rows) {
    if (row.type !== "dog.connected") continue;
    const session = String(row.body.session);
    const outage = row.body.outage as { id?: unknown } | null | undefined;
    const report = outage?.id === undefined ? undefined : String(outage.id);
    if (sessions.has(session)) complain("doubled", `session ${session} of ${row.sn} begins twice`);
    sessions.set(session, { ...row, session, report });
  }
  return sessions;
}

function checkEnds(rows: readonly JournalRow[], complain: Complain): void {
  const ended = new Set<string>();
  for (const { type, sn, body } of rows) {
    if (type !== "dog.disconnected") continue;
    const session = String(body.session);
    if (ended.has(session)) complain("doubled", `session ${session} of ${sn} ends twice`);
    ended.add(session);
  }
}

function checkLogins(
  witnesses: readonly Witness[],
  sessions: ReadonlyMap<string, Connected>,
  complain: Complain,
): { logins: number; reports: number } {
  const acknowledged = new Map<string, string>();
  const reports = new Map<string, string>();
  for (const seen of witnesses) {
    if (seen.did !== "login" && seen.did !== "login_again") continue;
    const { sn, session } = seen;
    const stored = sessions.get(session);
    if (!stored) complain("lost", `${sn} was told that it is session ${session}`);
    else if (stored.sn !== sn) complain("contradicted", `session ${session} is ${stored.sn}, yet ${sn} was told so`);
    const holder = acknowledged.get(session);
    if (seen.did === "login" && holder !== undefined) complain("doubled", `session ${session} was given out twice`);
    acknowledged.set(session, sn);
    if (seen.did === "login_again") continue;
    const told = seen.outage === undefined ? undefined : reportKey(sn, seen.outage);
    if (told !== undefined) reports.set(told, session);
    if (stored?.report !== undefined && reportKey(stored.sn, stored.report) !== told)
      complain("contradicted", `session ${session} keeps the report ${stored.report}, which ${sn} did not tell there`);
  }
  checkReports(reports, sessions, complain);
  return { logins: acknowledged.size, reports: reports.size };
}

const reportKey = (sn: string | null, report: string) => `${report} of ${sn}`;

/**
 * By G124 a report lies in one session: that of the login that told it first, which need not be the one that was acknowledged.
 * What is observed anew after a gap names the session it observes, and is no second report.
 */
function checkReports(
  acknowledged: ReadonlyMap<string, string>,
  sessions: ReadonlyMap<string, Connected>,
  complain: Complain,
): void {
  const stored = new Map<string, string>();
  for (const { report, sn, session } of sessions.values()) {
    if (report === undefined) continue;
    const key = reportKey(sn, report);
    const before = stored.get(key);
    if (before !== undefined) complain("doubled", `the report ${key} lies in ${before} and in ${session}`);
    stored.set(key, session);
  }
  for (const [key, session] of acknowledged) {
    if (!stored.has(key)) complain("lost", `the report ${key}, acknowledged in ${session}`);
  }
}

function checkTickets(witnesses: readonly Witness[], rows: readonly JournalRow[], complain: Complain): number {
  const stored = new Map<string, string | null>();
  for (const { type, sn, body } of rows) {
    if (type !== "force.requested") continue;
    const ticket = String(body.ticket);
    if (stored.has(ticket)) complain("doubled", `the ticket ${ticket} of ${sn}`);
    stored.set(ticket, sn);
  }
  const promised = new Set<string>();
  for (const seen of witnesses) {
    if (seen.did !== "ticket" || promised.has(seen.ticket)) continue;
    promised.add(seen.ticket);
    if (!stored.has(seen.ticket)) complain("lost", `the ticket ${seen.ticket} of ${seen.sn}`);
    else if (stored.get(seen.ticket) !== seen.sn) complain("contradicted", `the ticket ${seen.ticket}`);
  }
  return promised.size;
}

/** A dog's row as the API gives it. */
export interface DogRow {
  readonly client_id: string;
  readonly state: string;
}

const ON_THE_LINE: ReadonlySet<string> = new Set(["connected", "settling"]);

/** Every dog has one row, and those that are on the line say so. */
export function checkRows(cast: readonly string[], rows: readonly DogRow[]): Complaint[] {
  const complaints: Complaint[] = [];
  const states = new Map<string, string>();
  for (const { client_id: sn, state } of rows) {
    if (states.has(sn)) complaints.push({ rule: "doubled", what: `the row of ${sn}` });
    states.set(sn, state);
  }
  for (const sn of cast) {
    const state = states.get(sn);
    if (state === undefined) complaints.push({ rule: "lost", what: `the row of ${sn}` });
    else if (!ON_THE_LINE.has(state))
      complaints.push({ rule: "contradicted", what: `${sn} is up, its row says ${state}` });
  }
  return complaints;
}
