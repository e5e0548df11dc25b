import { readFileSync } from "node:fs";

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

const count = (source: unknown, key: string): number => {
  const value =
    typeof source === "object" && source !== null ? Object.entries(source).find(([name]) => name === key)?.[1] : 0;
  return typeof value === "number" ? value : 0;
};

/** Test files that failed without a failed test: they did not compile, or a hook threw. */
function brokenFiles(report: unknown): number {
  const files = typeof report === "object" && report !== null && "testResults" in report ? report.testResults : [];
  if (!Array.isArray(files)) return 0;
  return files.filter(
    (file) =>
      file.status === "failed" && !file.assertionResults?.some((test: { status?: string }) => test.status === "failed"),
  ).length;
}

/** Reads vitest's json report; an absent or torn report is no tests. */
export function vitestTally(path: string): Tally {
  const report = readJson(path);
  return {
    passed: count(report, "numPassedTests"),
    failed: count(report, "numFailedTests") + brokenFiles(report),
    skipped: count(report, "numPendingTests") + count(report, "numTodoTests"),
  };
}

/** Reads Playwright's json report; a flaky test passed only on a retry and counts as failed. */
export function playwrightTally(path: string): Tally {
  const report = readJson(path);
  const stats = typeof report === "object" && report !== null && "stats" in report ? report.stats : undefined;
  return {
    passed: count(stats, "expected"),
    failed: count(stats, "unexpected") + count(stats, "flaky"),
    skipped: count(stats, "skipped"),
  };
}

/** A suite that failed without a failed test (it did not compile, or ran nothing) counts as one failure. */
export function settle(tally: Tally, exitCode: number): Tally {
  const ranNothing = tally.passed + tally.failed === 0;
  return tally.failed === 0 && (exitCode !== 0 || ranNothing) ? { ...tally, failed: 1 } : tally;
}

export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, each) => ({
      passed: sum.passed + each.passed,
      failed: sum.failed + each.failed,
      skipped: sum.skipped + each.skipped,
    }),
    NOTHING,
  );
}

/** `12 passed, 0 failed`, with `, 1 skipped` only where something was. */
export function inWords({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
