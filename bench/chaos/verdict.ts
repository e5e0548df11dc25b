import type { CheckResult, Complaint } from "./checker.ts";
import type { DrainRun } from "./drain-run.ts";
import type { KillRun } from "./kill-run.ts";

/** One thing that must hold, with the figure it was judged by. */
export interface Finding {
  readonly rule: "G1" | "G3";
  readonly what: string;
  readonly seen: string;
  readonly holds: boolean;
}

const s = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
const ms = (value: number) => `${Math.round(value)} ms`;

/**
 * A token bucket of 1,000/s and 1,000 at once lets 1,000*T + 1,000 in within any T seconds. By dial and opening that is a law
 * without excuses, but for two clocks' drift. It does not see a waiting line that is let in at once.
 */
export const MOST_AT_ONCE = 1_000 * 1.02;
/** That the openings show, late and bunched by as long as the gateway's loop stood still: so much is taken off, and a tenth. */
export const BURST = 1_000 * 1.1;
export const ADMITTED_PER_SECOND = 1_000;
export const MOST_LOOP_P99_MS = 100;

export function judgeKills(runs: readonly KillRun[]): Finding[] {
  const worst = (of: (run: KillRun) => number) => Math.max(...runs.map(of));
  const finding = (what: string, value: number, most: number, show: (value: number) => string): Finding => ({
    rule: "G1",
    what,
    seen: show(value),
    holds: value <= most,
  });
  const count = (value: number) => String(value);
  return [
    finding(
      "99 % back within 20 s of listening",
      worst((run) => run.back99Ms),
      20_000,
      s,
    ),
    finding(
      "all back within 45 s of listening",
      worst((run) => run.back100Ms),
      45_000,
      s,
    ),
    finding(
      "event-loop p99 under 100 ms while they come",
      worst((run) => run.loopP99Ms),
      MOST_LOOP_P99_MS,
      ms,
    ),
    finding(
      "let in above 1,000/s, by dial and opening: at most the burst of 1,000",
      worst((run) => run.leastBurst),
      MOST_AT_ONCE,
      count,
    ),
    finding(
      "opened above 1,000/s over any stretch, the loop's longest pause taken off: at most 1,100",
      worst((run) => run.burst - run.loopMaxMs),
      BURST,
      count,
    ),
  ];
}

/**
 * A closed seed dog dials at once and then 1, 3, 7, 15 s later: some 0.2 dials a second and dog. Dogs that are let in and closed
 * again dial 80 times a second.
 */
const STORM_SHARE = 0.5;

export function judgeDrain(
  run: DrainRun,
  second: { exitMs: number; exitCode: number | null },
  dogs: number,
): Finding[] {
  const finding = (what: string, seen: string, holds: boolean): Finding => ({ rule: "G3", what, seen, holds });
  const others = Object.entries(run.codes).filter(([code]) => code !== "1012");
  const spreadMs = Math.min(20_000, dogs * 20);
  const fair = Math.max(100, (dogs / (spreadMs / 1_000)) * 1.5);
  return [
    finding("every dog reads 1012", JSON.stringify(run.codes), others.length === 0 && run.unseen === 0),
    finding("exit 0 within 30 s", `${run.exitCode} after ${s(run.exitMs)}`, run.exitCode === 0 && run.exitMs <= 30_000),
    finding(
      "readiness false within 100 ms",
      `yes until ${ms(run.readyUntilMs)}, first no read after ${ms(run.firstNoMs)}`,
      run.readyUntilMs <= 100 && Number.isFinite(run.firstNoMs),
    ),
    finding(
      `closes spread over ${s(spreadMs)}: at most ${Math.round(fair)} in any second`,
      `${run.closesPeakPerSecond}, ${s(run.firstCloseMs)} to ${s(run.lastCloseMs)}`,
      run.closesPeakPerSecond <= fair,
    ),
    finding("nobody is let in while draining", String(run.opened), run.opened === 0),
    finding(
      `no storm of redials: at most ${Math.round(dogs * STORM_SHARE)} in any second`,
      `${run.dialsPeakPerSecond}, ${run.refused} refused in all`,
      run.dialsPeakPerSecond <= dogs * STORM_SHARE,
    ),
    finding(
      "a second SIGTERM exits at once",
      `${second.exitCode} after ${ms(second.exitMs)}`,
      second.exitCode === 1 && second.exitMs <= 1_000,
    ),
  ];
}

export function judgeCheck({ complaints, logins, reports, tickets, events }: CheckResult): Finding {
  return {
    rule: "G1",
    what: `${logins} logins, ${reports} reports, ${tickets} tickets acknowledged: in the journal, once, in order (${events} events)`,
    seen: told(complaints),
    holds: complaints.length === 0 && logins > 0 && reports > 0 && tickets > 0,
  };
}

export function judgeRows(complaints: readonly Complaint[], dogs: number): Finding {
  return { rule: "G1", what: `${dogs} dogs' rows intact`, seen: told(complaints), holds: complaints.length === 0 };
}

function told(complaints: readonly Complaint[]): string {
  if (complaints.length === 0) return "no complaint";
  const first = complaints.slice(0, 5).map(({ rule, what }) => `${rule}: ${what}`);
  return `${complaints.length} complaints: ${first.join("; ")}`;
}
