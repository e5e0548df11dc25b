import { describe, expect, it } from "vitest";
import { BUDGETS, type Budget, judge } from "./budgets.ts";
import { budgetLines, outcome, withSection } from "./measure/report.ts";
import { Values, type WorkResult } from "./measure/results.ts";

function measured(ours: number, bare: number, failures: readonly string[] = []): WorkResult {
  const values = new Values();
  values.add("leash", "cpu", ours);
  values.add("bare", "cpu", bare);
  const rows = values.rows({ cpu: { says: "CPU", unit: "µs", better: "lower" } }, ["leash", "bare"]);
  return { work: "login", title: "Login", bareIs: "bare", rows, failures };
}

const toBare: Budget = { says: "CPU per dog", work: "login", metric: "cpu", against: "bare", limit: { most: 1.25 } };
const itself: Budget = { ...toBare, against: "itself", limit: { least: 50 } };
const judged = (result: WorkResult, budget: Budget) => judge([result], [budget])[0];

describe("budgets", () => {
  it("is met at its limit and not met beyond it, and says by how much", () => {
    expect(judged(measured(125, 100), toBare)).toMatchObject({ status: "met", value: 1.25, over: 0 });
    const beyond = judged(measured(150, 100), toBare);
    expect(beyond).toMatchObject({ status: "not met", value: 1.5 });
    expect(beyond && outcome(beyond)).toBe("not met by 20 %");
    const within = judged(measured(100, 100), toBare);
    expect(within && outcome(within)).toBe("met, 20 % to spare");
  });

  it("reads a floor the other way round", () => {
    expect(judged(measured(100, 1), itself)).toMatchObject({ status: "met", over: -0.5 });
    expect(judged(measured(25, 1), itself)).toMatchObject({ status: "not met", over: 1 });
  });

  it("is not measured where the work was not done, failed, or has no such peer", () => {
    expect(judge([], [toBare])[0]).toMatchObject({ status: "not measured", value: null, over: null });
    expect(judged(measured(1, 1, ["it broke"]), toBare)?.status).toBe("not measured");
    expect(judged(measured(1, 1), { ...toBare, against: "socket.io" })?.status).toBe("not measured");
  });

  it("prints one line a budget", () => {
    expect(budgetLines(judge([measured(150, 100)], [toBare]))).toBe(
      "Budgets\nCPU per dog  1.50x of bare  at most 1.25x of bare  not met by 20 %",
    );
  });

  it("names each budget once", () => {
    const names = BUDGETS.map(({ says, against }) => `${says} ${against}`);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("the section the bench writes into the document", () => {
  const begin = "<!-- bench: from here to the end mark written by `npm run bench` -->";

  it("replaces what is between the marks and nothing else", () => {
    const once = withSection(`# P\n${begin}\nold\n<!-- bench: end -->\ntail\n`, "new\n");
    expect(once).toBe(`# P\n${begin}\n\nnew\n\n<!-- bench: end -->\ntail\n`);
    expect(withSection(once, "new\n")).toBe(once);
  });

  it("refuses a document without its marks", () => {
    expect(() => withSection("# P\n", "new")).toThrow(/lost the marks/);
  });
});
