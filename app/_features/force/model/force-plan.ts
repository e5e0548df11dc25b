import type { DogFilter, DogRow } from "#lib/contracts/reconnection.ts";
import type { DogState } from "#lib/fleet/dog.ts";

/** What a force does to a dog, by its state: close its session, wait for a dial it will make, wait for one it may make, or nothing. */
export type ForceEffect = "redial" | "watch" | "arm" | "refused" | "retired";

export function forceEffect(state: DogState): ForceEffect {
  switch (state) {
    case "connected":
    case "settling":
    case "silent":
      return "redial";
    case "reconnecting":
    case "probing":
      return "watch";
    case "gave_up":
    case "offline":
      return "arm";
    case "refused":
      return "refused";
    case "retired":
      return "retired";
  }
}

/** Whom the operator means: rows on the screen, or all that match a filter with the counts shown for it. */
export type ForceTarget =
  | { readonly type: "rows"; readonly rows: readonly Pick<DogRow, "client_id" | "state" | "next_retry_time">[] }
  | {
      readonly type: "matching";
      readonly filter: DogFilter;
      /** Counts per state of the filter without its `state` (`by_state` of the list). */
      readonly byState: Readonly<Partial<Record<DogState, number>>>;
    };

export interface ForcePlan {
  readonly counts: Readonly<Record<ForceEffect, number>>;
  /** Dogs that will be forced: refused and retired ones are left out. */
  readonly total: number;
  /** Earliest dial among those watched, epoch ms; null where none is known. */
  readonly nextDialAt: number | null;
}

/** What a force of `target` will do, counted. */
export function planForce(target: ForceTarget): ForcePlan {
  const counts: Record<ForceEffect, number> = { redial: 0, watch: 0, arm: 0, refused: 0, retired: 0 };
  let nextDialAt: number | null = null;
  if (target.type === "rows") {
    for (const row of target.rows) {
      const effect = forceEffect(row.state);
      counts[effect] += 1;
      const at = effect === "watch" && row.next_retry_time !== null ? Date.parse(row.next_retry_time) : Number.NaN;
      if (Number.isFinite(at)) nextDialAt = Math.min(nextDialAt ?? at, at);
    }
  } else {
    for (const [state, count] of statesOf(target)) counts[forceEffect(state)] += count;
  }
  return { counts, total: counts.redial + counts.watch + counts.arm, nextDialAt };
}

/** The sns of chosen rows a force can do something for. */
export function forcibleIds(rows: readonly Pick<DogRow, "client_id" | "state">[]): string[] {
  return rows.filter((row) => isForcible(row.state)).map((row) => row.client_id);
}

/** The filter narrowed to the states a force can do something for, so that the counted number is the forced number. */
export function forcibleFilter(target: Extract<ForceTarget, { type: "matching" }>): DogFilter {
  const states = statesOf(target).filter(([state, count]) => count > 0 && isForcible(state));
  return { ...target.filter, state: states.map(([state]) => state) };
}

const isForcible = (state: DogState) => forceEffect(state) !== "refused" && forceEffect(state) !== "retired";

function statesOf(target: Extract<ForceTarget, { type: "matching" }>): readonly (readonly [DogState, number])[] {
  const chosen: readonly string[] | undefined = target.filter.state;
  const all = Object.entries(target.byState) as [DogState, number][];
  return chosen === undefined || chosen.length === 0 ? all : all.filter(([state]) => chosen.includes(state));
}
