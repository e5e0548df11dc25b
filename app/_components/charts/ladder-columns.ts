/** One dial of an outage. `waitMs` is the wait before it, `at` when it dials (epoch ms). */
export interface LadderDial {
  readonly n: number;
  readonly waitMs: number;
  readonly at: number;
  readonly estimated: boolean;
}

export type LadderStatus = "lapsed" | "waiting" | "planned";

export interface LadderColumn extends LadderDial {
  readonly status: LadderStatus;
  /** Height as a share of the longest wait shown, 0..1. */
  readonly height: number;
  /** How much of the wait is over, 0..1: 1 for lapsed, 0 for planned. */
  readonly filled: number;
}

/**
 * Columns of the ladder at `now`: dials before it lapsed, the first after it waits, later ones are planned. At most `most`
 * columns, two fewer where the words for those left out need their room; kept around the waiting one. `hiddenBefore` and
 * `hiddenAfter` say how many were left out.
 */
export function ladderColumns(
  dials: readonly LadderDial[],
  now: number,
  most = 11,
): { readonly columns: readonly LadderColumn[]; readonly hiddenBefore: number; readonly hiddenAfter: number } {
  const next = dials.findIndex((dial) => dial.at > now);
  const waiting = next === -1 ? dials.length : next;
  const room = dials.length > most ? most - 2 : most;
  const start = Math.max(0, Math.min(waiting - Math.ceil(room * 0.6), dials.length - room));
  const shown = dials.slice(start, start + room);
  const longest = Math.max(1, ...shown.map((dial) => dial.waitMs));
  const columns = shown.map((dial, offset): LadderColumn => {
    const index = start + offset;
    const status = index < waiting ? "lapsed" : index === waiting ? "waiting" : "planned";
    const elapsed = dial.waitMs > 0 ? (now - (dial.at - dial.waitMs)) / dial.waitMs : 1;
    const filled = status === "lapsed" ? 1 : status === "planned" ? 0 : Math.min(1, Math.max(0, elapsed));
    return { ...dial, status, height: dial.waitMs / longest, filled };
  });
  return { columns, hiddenBefore: start, hiddenAfter: dials.length - start - shown.length };
}
