import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inWords, playwrightTally, settle, total, vitestTally } from "./tally.ts";

const folder = mkdtempSync(join(tmpdir(), "leash-tally-"));
const report = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the closing line", () => {
  it("T2: names skipped tests only where there are some", () => {
    expect(inWords({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
    expect(inWords({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
  });

  it("T2: adds up over all suites", () => {
    const suites = [vitestTally, playwrightTally].map((read, index) =>
      read(
        report(
          `${index}.json`,
          JSON.stringify({
            numPassedTests: 5,
            numFailedTests: 1,
            numPendingTests: 1,
            numTodoTests: 1,
            stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 4 },
          }),
        ),
      ),
    );
    expect(inWords(total(suites))).toBe("8 passed, 3 failed, 6 skipped");
  });

  it("T2: a test file that does not compile is a failure of its own", () => {
    const testResults = [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{ status: "failed" }] },
      { status: "passed", assertionResults: [] },
    ];
    const path = report("broken.json", JSON.stringify({ numPassedTests: 4, numFailedTests: 1, testResults }));
    expect(vitestTally(path)).toEqual({ passed: 4, failed: 2, skipped: 0 });
  });

  it("T2: a suite that ran nothing, crashed or left a torn report has failed", () => {
    const torn = vitestTally(report("torn.json", '{"numPassedTests": 5'));
    expect(settle(torn, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(settle(playwrightTally(join(folder, "absent.json")), 0).failed).toBe(1);
    expect(settle({ passed: 5, failed: 0, skipped: 0 }, 1).failed).toBe(1);
    expect(settle({ passed: 5, failed: 0, skipped: 0 }, 0).failed).toBe(0);
    expect(settle({ passed: 5, failed: 2, skipped: 0 }, 1).failed).toBe(2);
  });
});
