import type { FleetSummary, Incident } from "#lib/contracts/fleet.ts";
import type { JournalHealth } from "#server/journal/journal.ts";
import { percentile } from "./distribution.ts";
import { iso } from "./dog-row.ts";
import type { FleetTail } from "./fleet-tail.ts";
import { HOUR_MS, type OutageOfHour } from "./hour-history.ts";

const DAY_MS = 86_400_000;

export interface SummarySettings {
  readonly forceDeadlineMs: number;
  readonly forceRate: number;
}

function lastHour(outages: readonly OutageOfHour[], from: number, to: number): FleetSummary["last_hour"] {
  const network = outages.filter(({ category }) => category !== "auth");
  const recovered = network.flatMap(({ ended }) =>
    ended?.outcome === "recovered" ? [ended.endedAt - ended.startedAt] : [],
  );
  const gaveUp = network.filter(({ ended }) => ended?.outcome === "gave_up").length;
  const sorted = recovered.sort((a, b) => a - b);
  return {
    from: iso(from),
    to: iso(to),
    outages: network.length,
    recovered: sorted.length,
    gave_up: gaveUp,
    open: network.filter(({ ended }) => ended === null).length,
    recover_ms: { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) },
    auth_outages: outages.length - network.length,
  };
}

function nextGiveUp({ roster }: FleetTail, now: number): FleetSummary["next_give_up"] {
  const active = roster.active.snapshot();
  let count = 0;
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  for (let i = 0; i < active.length; i++) {
    const entry = active.at(i);
    if (!entry || entry.givesUpAt === null || entry.state === "gave_up" || entry.givesUpAt < now) continue;
    count++;
    earliest = Math.min(earliest, entry.givesUpAt);
    latest = Math.max(latest, entry.givesUpAt);
  }
  return count === 0
    ? { count, earliest: null, latest: null }
    : { count, earliest: iso(earliest), latest: iso(latest) };
}

function largestGroup({ state }: FleetTail): FleetSummary["largest_group"] {
  let largest: FleetSummary["largest_group"] = null;
  for (const [site, { known, out }] of state.sites()) {
    if (out > (largest?.out ?? 0)) largest = { site, out, of: known };
  }
  return largest;
}

/** Offline dogs nobody has seen for a day. */
function longOffline({ state }: FleetTail, now: number): number {
  let count = 0;
  for (const sn of state.byState("offline")) if ((state.get(sn)?.lastSeenAt ?? now) < now - DAY_MS) count++;
  return count;
}

export interface SummarySources {
  readonly tail: FleetTail;
  readonly health: JournalHealth;
  readonly settings: SummarySettings;
  readonly incident: Incident | null;
}

/** The fleet in numbers at `now`. */
export function summarise({ tail, health, settings, incident }: SummarySources, now: number): FleetSummary {
  const { state, history } = tail;
  const { options } = state;
  return {
    as_of: iso(now),
    known: state.size,
    ...state.counts(),
    offline_over_24h: longOffline(tail, now),
    flapping: state.flapping(),
    flaps_10m: state.flapsInWindow(),
    by_reason: Object.fromEntries(state.byReason()),
    expired: state.expired(now - options.recordTtlMs),
    last_hour: lastHour(history.outages(now - HOUR_MS), now - HOUR_MS, now),
    next_give_up: nextGiveUp(tail, now),
    largest_group: largestGroup(tail),
    incident,
    journal: { status: health.status, dropped: health.dropped },
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
