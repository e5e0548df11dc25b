import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";
import type { JournalHealth } from "#server/journal/journal.ts";
import { iso } from "./dog-row.ts";
import type { FoldedFleet } from "./fleet-fold.ts";
import { type BegunSlice, HOUR_MS, windowStart } from "./hour-history.ts";
import { incidentNow } from "./incident-now.ts";
import { STATE_NUMBER } from "./roster.ts";
import { percentilesOf } from "./time-sample.ts";

const DAY_MS = 86_400_000;

export interface SummarySettings {
  readonly forceDeadlineMs: number;
  readonly forceRate: number;
}

function lastHour({ history }: FoldedFleet, now: number): FleetSummary["last_hour"] {
  const from = windowStart(now, HOUR_MS);
  const slices = history.begun(from);
  const sum = (count: (slice: BegunSlice) => number) => slices.reduce((total, slice) => total + count(slice), 0);
  const auth = sum((slice) => slice.auth);
  const network = sum((slice) => slice.begun) - auth;
  const [p50 = null, p95 = null] = percentilesOf(
    slices.map(({ times }) => times),
    0.5,
    0.95,
  );
  return {
    from: iso(from),
    to: iso(now),
    outages: network,
    recovered: sum((slice) => slice.recovered),
    gave_up: sum((slice) => slice.gaveUp),
    open: network - sum((slice) => slice.ended),
    recover_ms: { p50, p95 },
    auth_outages: auth,
  };
}

/** A dog past its earliest end may give up at any moment: it counts, and its instant is now. */
function nextGiveUp({ roster }: FoldedFleet, now: number): FleetSummary["next_give_up"] {
  const { givesUpAt, state } = roster.columns;
  let count = 0;
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  for (let slot = 0; slot < roster.size; slot++) {
    const at = givesUpAt[slot] ?? Number.NaN;
    if (Number.isNaN(at) || state[slot] === STATE_NUMBER.gave_up) continue;
    count++;
    earliest = Math.min(earliest, Math.max(now, at));
    latest = Math.max(latest, now, at);
  }
  return count === 0
    ? { count, earliest: null, latest: null }
    : { count, earliest: iso(earliest), latest: iso(latest) };
}

function largestGroup({ state }: FoldedFleet): FleetSummary["largest_group"] {
  let largest: FleetSummary["largest_group"] = null;
  for (const [site, { known, out }] of state.sites()) {
    if (out === 0 || out < (largest?.out ?? 0)) continue;
    // Of two with as many the first by name, whatever the order they came in.
    if (largest === null || out > largest.out || site < largest.site) largest = { site, out, of: known };
  }
  return largest;
}

/** Offline dogs nobody has seen for a day. */
function longOffline({ roster }: FoldedFleet, now: number): number {
  const { state, lastSeenAt } = roster.columns;
  let count = 0;
  for (let slot = 0; slot < roster.size; slot++) {
    if (state[slot] === STATE_NUMBER.offline && (lastSeenAt[slot] ?? now) < now - DAY_MS) count++;
  }
  return count;
}

/** Records a cleanup would remove now. */
function expired({ roster, state }: FoldedFleet, now: number): number {
  const { observedAt } = roster.columns;
  const through = now - state.options.recordTtlMs;
  let count = 0;
  for (let slot = 0; slot < roster.size; slot++) if ((observedAt[slot] ?? Number.NaN) <= through) count++;
  return count;
}

/** The parts that cost the fleet and not the answer: a large one makes them anew less often. */
export interface SlowParts {
  readonly lastHour: FleetSummary["last_hour"];
  readonly nextGiveUp: FleetSummary["next_give_up"];
  readonly expired: number;
  readonly offlineOver24h: number;
  readonly incident: Incident | null;
}

export function slowPartsOf(tail: FoldedFleet, now: number): SlowParts {
  return {
    lastHour: lastHour(tail, now),
    nextGiveUp: nextGiveUp(tail, now),
    expired: expired(tail, now),
    offlineOver24h: longOffline(tail, now),
    incident: incidentNow(tail, now),
  };
}

export interface SummarySources {
  readonly tail: FoldedFleet;
  /** Null of the past. */
  readonly health: JournalHealth | null;
  readonly settings: SummarySettings;
  readonly slow: SlowParts;
}

/** The fleet in numbers at `now`. */
export function summarise({ tail, health, settings, slow }: SummarySources, now: number): FleetSummary {
  const { state } = tail;
  const { options } = state;
  return {
    as_of: iso(now),
    known: state.size,
    ...state.counts(),
    offline_over_24h: slow.offlineOver24h,
    flapping: state.flapping(),
    flaps_10m: state.flapsInWindow(),
    by_reason: Object.fromEntries(state.byReason()),
    expired: slow.expired,
    last_hour: slow.lastHour,
    next_give_up: slow.nextGiveUp,
    largest_group: largestGroup(tail),
    incident: slow.incident,
    journal: health && { status: health.status, dropped: health.dropped },
    gateways: state
      .gateways()
      .map(({ name, epoch, up, sessions, since }) => ({ name, epoch, up, sessions, since: iso(since) })),
    settings: {
      stable_ms: options.stableAfterMs,
      silent_ms: options.silentAfterMs,
      force_deadline_ms: settings.forceDeadlineMs,
      force_rate: settings.forceRate,
      record_ttl_ms: options.recordTtlMs,
    },
  };
}
