import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { thisMachine } from "../../bench/measure/machine.ts";

const RESULTS = resolve(import.meta.dirname, "../../bench/results");

export interface Measure {
  readonly page: string;
  readonly what: string;
  readonly unit: "ms" | "MB" | "%";
  readonly n: number;
  readonly p50: number | null;
  readonly p95: number | null;
  /** Quantiles of enough values only. */
  readonly p99: number | null;
  readonly worst: number;
  /** What `judged` may be at most; null where it is only told. */
  readonly most: number | null;
  readonly judged: "p50" | "p95" | "p99" | "worst";
  readonly value: number;
}

/** Of fewer values a quantile is the worst of them by another name: none is told, and the worst is judged. */
const ENOUGH = { p50: 2, p95: 20, p99: 100, worst: 1 } as const;

const NO_QUANTILES = { p50: null, p95: null, p99: null } as const;

const isMet = ({ value, most }: Measure) => most === null || value <= most;
const round = (value: number) => Math.round(value * 10) / 10;

/** Collects measures, prints them as a table and writes them beside the other benchmarks' results. */
export class Report {
  readonly #machine = thisMachine();
  readonly #measures: Measure[] = [];
  readonly #more: Record<string, unknown> = {};

  /** Milliseconds and which of their quantiles the budget is on; their worst where they are too few to have it. */
  add(page: string, what: string, values: readonly number[], wanted: Measure["judged"], most: number | null): void {
    const sorted = values.toSorted((a, b) => a - b);
    const n = values.length;
    const at = (share: number) => round(sorted[Math.min(n - 1, Math.ceil(share * n) - 1)] ?? 0);
    const of = (name: keyof typeof ENOUGH, share: number) => (n < ENOUGH[name] ? null : at(share));
    const worst = at(1);
    const told = { p50: of("p50", 0.5), p95: of("p95", 0.95), p99: of("p99", 0.99), worst };
    const judged = told[wanted] === null ? "worst" : wanted;
    // No value at all is no good one, except where the worst of none is asked for: no long task.
    const value = n === 0 && wanted !== "worst" ? Number.NaN : (told[judged] ?? worst);
    this.#measures.push({ page, what, unit: "ms", n, ...told, judged, value, most });
  }

  /** One figure. */
  single(page: string, what: string, unit: Measure["unit"], value: number, most: number | null): void {
    this.#measures.push({ page, what, unit, n: 1, ...NO_QUANTILES, worst: value, judged: "worst", value, most });
  }

  note(name: string, value: unknown): void {
    this.#more[name] = value;
  }

  get missed(): readonly string[] {
    return this.#measures
      .filter((measure) => !isMet(measure))
      .map(
        ({ page, what, judged, value, unit, most }) => `${page}, ${what}: ${judged} ${value} ${unit}, at most ${most}`,
      );
  }

  table(): string {
    const rows = this.#measures.map((measure) => [
      measure.page,
      measure.what,
      String(measure.n),
      String(measure.p50 ?? ""),
      String(measure.p95 ?? ""),
      String(measure.p99 ?? ""),
      `${measure.worst} ${measure.unit}`,
      measure.most === null ? "" : `${measure.judged} <= ${measure.most}`,
      measure.most === null ? "" : isMet(measure) ? "met" : "MISSED",
    ]);
    const all = [["page", "what", "n", "p50", "p95", "p99", "worst", "budget", ""], ...rows];
    const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
    return all
      .map((row) =>
        row
          .map((text, column) => text.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
  }

  /** Writes `name`.json. */
  async write(name: string): Promise<void> {
    await mkdir(RESULTS, { recursive: true });
    const after = { loadAfter: round(thisMachine().load), takenAt: new Date().toISOString() };
    const all = { machine: this.#machine, ...after, ...this.#more, measures: this.#measures };
    await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify(all, null, 2)}\n`);
  }
}
