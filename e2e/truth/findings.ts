import { inWords, type Span, within } from "./span.ts";
import type { WindowTruth } from "./truth.ts";

/** One disagreement: where, of which dog, and what each side says. */
export interface Disagreement {
  readonly where: string;
  readonly said: string;
  readonly truth: string;
}

/** Percentiles are read at the middle of slots 2.2 % wide. */
const HISTOGRAM_SHARE = 0.011;
const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
type Percentiles = Readonly<Partial<Record<keyof typeof SHARES, number | null>>>;

export class Findings {
  readonly all: Disagreement[] = [];

  number(where: string, said: number | null | undefined, truth: Span | null, slack = 0): void {
    if (truth === null && (said === null || said === undefined)) return;
    if (truth !== null && typeof said === "number" && within(said, truth, slack)) return;
    // A number that may not exist yet may be missing.
    if (truth !== null && truth[0] === 0 && (said === null || said === undefined)) return;
    this.all.push({ where, said: String(said), truth: truth === null ? "none" : inWords(truth) });
  }

  /** Two numbers of one answer that say the same. */
  same(where: string, said: number | null, other: number | null, slack = 0): void {
    if (said === null || other === null ? said !== other : Math.abs(said - other) > slack)
      this.say(where, String(said), `${other} by the answer's own parts`);
  }

  percentiles(where: string, said: Percentiles, truth: WindowTruth): void {
    for (const name of ["p50", "p95", "p99"] as const) {
      if (!(name in said)) continue;
      const value = said[name];
      this.number(`${where}.${name}`, value, truth.recoverMs(SHARES[name]), (value ?? 0) * HISTOGRAM_SHARE + 1);
    }
  }

  say(where: string, said: string, truth: string): void {
    this.all.push({ where, said, truth });
  }
}

export const atOf = (instant: string): number => Date.parse(instant);
export const iso = (at: number): string => new Date(at).toISOString();
