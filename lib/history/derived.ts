import type { OutageOutcome } from "#lib/fleet/outage-note.ts";
import type { Category, ReasonCode } from "#lib/reconnection/reason-code.ts";
import type { RollupDelta } from "./rollup.ts";

/** One outage as it is kept: a row per (sn, startedAt), written when it is told as begun and again when it ends. Epoch ms. */
export interface OutageRow {
  readonly sn: string;
  /** Downtime start. */
  readonly startedAt: number;
  readonly detectedAt: number;
  /** Why it began. */
  readonly reason: ReasonCode;
  readonly category: Category;
  readonly network: string | null;
  readonly app: string;
  readonly firmware: string | null;
  readonly site: string | null;
  readonly gateway: string | null;
  /** The login that became stable, the latest give-up, or what else ended it; null while it is open. */
  readonly endedAt: number | null;
  readonly outcome: OutageOutcome | null;
  readonly dials: number | null;
  /** Where `dials` is from; null while unknown. */
  readonly source: "reported" | "estimated" | null;
}

/** What one dog's outages of one UTC day add up to; each field is added to what is stored. */
export interface DogDay {
  /** Start of the day (epoch ms, UTC): of the downtime's start, or of the flap. */
  readonly day: number;
  readonly sn: string;
  readonly outages: number;
  readonly gaveUp: number;
  readonly recovered: number;
  readonly recoverMs: number;
  readonly flaps: number;
}

/** What the fold derived from the events of one commit and from time alone: stored with them, in one transaction. */
export interface Derived {
  /** Replace what is stored under (sn, startedAt). */
  readonly outages: readonly OutageRow[];
  /** Added to what is stored. */
  readonly rollups: readonly RollupDelta[];
  readonly dogDays: readonly DogDay[];
  /** Every fact of time up to this instant has been told (epoch ms): a start goes on from here. */
  readonly toldThrough: number;
  /** Dog-time is credited through this instant, a second behind at most: a start credits on from here. */
  readonly creditedThrough: number;
}
