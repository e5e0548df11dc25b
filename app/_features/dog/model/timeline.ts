import type { LadderDial } from "#app/_components/charts/ladder-columns.ts";
import type { LaneSpan, LaneState } from "#app/_components/charts/lane-spans.ts";
import type { DogDetail } from "#lib/contracts/dogs.ts";

type Span = DogDetail["timeline"]["spans"][number];

const LANE: Record<Span["state"], LaneState> = {
  connected: "connected",
  settling: "connected",
  silent: "silent",
  waiting: "waiting",
  refused: "waiting",
  gave_up: "gave_up",
  offline: "offline",
  unknown: "unknown",
};

/** Journal's spans as the lane draws them; the last grows to `now`, neighbours of one look are one. */
export function laneSpans(spans: readonly Span[], now: number): LaneSpan[] {
  const lanes = laneSpansOf(spans);
  const last = lanes.at(-1);
  if (last !== undefined) lanes[lanes.length - 1] = { ...last, to: Math.max(now, last.to) };
  return lanes;
}

/** The same of a stretch that may be over: it ends where it ends. */
export function laneSpansOf(spans: readonly Span[]): LaneSpan[] {
  const lanes: LaneSpan[] = [];
  for (const span of spans) {
    const to = Date.parse(span.to);
    const state = LANE[span.state];
    const before = lanes.at(-1);
    if (before?.state === state) lanes[lanes.length - 1] = { ...before, to };
    else lanes.push({ from: Date.parse(span.from), to, state });
  }
  return lanes;
}

export interface TimelineZoom {
  readonly from: number;
  readonly to: number;
  readonly spans: readonly LaneSpan[];
}

const HOUR_MS = 3_600_000;
const LEAST_LEAD_MS = 30_000;
/** Before the drop and after the end, as a share of the outage. */
const MARGIN = 0.4;
const MOST_AHEAD_MS = 3_600_000;

/** The outage magnified from before its drop to past its end, with what is planned ahead of now; without one, the last hour. */
export function timelineZoom(options: {
  readonly detail: Pick<DogDetail, "outage" | "row">;
  readonly lanes: readonly LaneSpan[];
  readonly dials: readonly LadderDial[];
  readonly now: number;
}): TimelineZoom {
  const { detail, lanes, now } = options;
  const { outage, row } = detail;
  if (outage === null || row.is_connected) return { from: now - HOUR_MS, to: now + 0.04 * HOUR_MS, spans: lanes };
  const start = Date.parse(outage.started_at);
  const ahead = plannedSpans(options);
  const end = Math.min(ahead.at(-1)?.to ?? now, now + MOST_AHEAD_MS);
  const margin = Math.max(LEAST_LEAD_MS, MARGIN * (Math.max(end, now) - start));
  const to = Math.max(end, now) + (ahead.at(-1)?.state === "gave_up" ? 0 : margin * 0.2);
  return { from: start - margin, to, spans: [...lanes, ...ahead.filter((span) => span.from < to)] };
}

/** From now on: planned dials, then the stretch in which it may give up, then gave up. */
function plannedSpans(options: {
  readonly detail: Pick<DogDetail, "row">;
  readonly dials: readonly LadderDial[];
  readonly now: number;
}): LaneSpan[] {
  const { detail, dials, now } = options;
  const { row } = detail;
  if (row.state === "gave_up" || row.state === "offline") return [];
  const range = row.gives_up_at;
  const lastDial = dials.at(-1)?.at ?? now;
  if (range === null) return lastDial > now ? [{ from: now, to: lastDial, state: "planned" }] : [];
  const [from, to] = [Math.max(now, Date.parse(range[0])), Math.max(now, Date.parse(range[1]))];
  const tail = Math.max(10_000, (to - now) * 0.25);
  const spans: LaneSpan[] = [
    { from: now, to: from, state: "planned" },
    { from, to, state: "may_give_up" },
    { from: to, to: to + tail, state: "gave_up" },
  ];
  return spans.filter((span) => span.to > span.from);
}
