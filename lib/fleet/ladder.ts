import { dialPlan } from "#lib/reconnection/project-retries.ts";
import type { Outage } from "./dog.ts";

/** One column of the backoff ladder. Instants in epoch ms. */
export interface LadderStep {
  /** 1 for the first dial. */
  readonly dial: number;
  /** Wait before this dial. */
  readonly delayMs: number;
  readonly from: number;
  readonly at: number;
  readonly status: "lapsed" | "waiting" | "planned";
}

/** More columns than this are cut to those around the one now running. */
const COLUMNS = 60;

/** The dials of an outage: those that lapsed, the one now awaited, those to come. A dog that is back has no more to come. */
export function ladderOf(outage: Outage, now: number): readonly LadderStep[] {
  const until = outage.loginAt ?? now;
  const steps: LadderStep[] = dialPlan(outage, outage.detectedAt).map(({ delayMs, from, at }, index) => {
    const status = at <= until ? "lapsed" : from <= until ? "waiting" : "planned";
    return { dial: index + 1, delayMs, from, at, status };
  });
  const shown = outage.loginAt === null ? steps : steps.filter((step) => step.status === "lapsed");
  const current = Math.max(
    0,
    shown.findLastIndex((step) => step.status !== "planned"),
  );
  const first = Math.max(0, Math.min(current - COLUMNS / 2, shown.length - COLUMNS));
  return shown.slice(first, first + COLUMNS);
}
