import type { Verdict } from "../budgets.ts";
import { capacityTable, partsOf } from "../capacity.ts";
import type { Machine } from "./machine.ts";
import type { WorkResult } from "./results.ts";
import { figure, markdownTable } from "./table.ts";

/** One run of the bench, as it is kept. */
export interface BenchRun {
  /** ISO time of the start. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly quick: boolean;
  readonly pinned: boolean;
  readonly results: readonly WorkResult[];
  readonly verdicts: readonly Verdict[];
}

const TIMES: Readonly<Record<Verdict["budget"]["against"], string>> = {
  itself: "",
  bare: "x of bare",
  "socket.io": "x of Socket.IO",
};

function measured({ budget, value }: Verdict): string {
  if (value === null) return "-";
  return budget.against === "itself" ? figure(value) : `${value.toFixed(2)}${TIMES[budget.against]}`;
}

function allowed({ budget: { limit, against } }: Verdict): string {
  const text = "most" in limit ? `at most ${figure(limit.most)}` : `at least ${figure(limit.least)}`;
  return `${text}${TIMES[against]}`;
}

/** "met, 12 % to spare", "not met by 40 %", "not measured". */
export function outcome({ status, over }: Verdict): string {
  if (over === null) return status;
  const percent = Math.round(Math.abs(over) * 100);
  return status === "met" ? `met, ${percent} % to spare` : `not met by ${percent} %`;
}

/** The verdict on every budget, for a terminal. */
export function budgetLines(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => [verdict.budget.says, measured(verdict), allowed(verdict), outcome(verdict)]);
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const body = lines.map((line) =>
    line
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return ["Budgets", ...body].join("\n");
}

/** The whole run as Markdown: machine, tables, budgets. */
export function markdownReport(run: BenchRun): string {
  const { machine, results, verdicts } = run;
  const parts = partsOf(results);
  return [
    `## Run of ${run.startedAt}`,
    "",
    `${machine.cpu}, ${machine.cores} cores, ${figure(machine.memoryBytes / 2 ** 30)} GiB, ${machine.kernel}, Node ${machine.node}. ` +
      `${run.pinned ? "Server on one core, clients on the other." : "Not pinned to cores."} ` +
      `Load average before the run ${machine.load.toFixed(2)}; the run took ${Math.round(run.seconds / 60)} min.` +
      `${run.quick ? " Quick: smaller counts than the lines say." : ""}`,
    "",
    "Median [min, max] of the rounds.",
    "",
    ...results.flatMap((result) => [markdownTable(result), ""]),
    "### Budgets",
    "",
    "| Work | measured | allowed | |",
    "|---|--:|--:|---|",
    ...verdicts.map(
      (verdict) => `| ${verdict.budget.says} | ${measured(verdict)} | ${allowed(verdict)} | ${outcome(verdict)} |`,
    ),
    "",
    ...(parts ? [capacityTable(parts), ""] : []),
  ].join("\n");
}

const BEGIN = "<!-- bench: from here to the end mark written by `npm run bench` -->";
const END = "<!-- bench: end -->";

/** `document` with `section` between its marks. Throws where the marks are missing. */
export function withSection(document: string, section: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from === -1 || to < from)
    throw new Error("docs/PERFORMANCE.md has lost the marks between which the bench writes");
  return `${document.slice(0, from + BEGIN.length)}\n\n${section.trim()}\n\n${document.slice(to)}`;
}
