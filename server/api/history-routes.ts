import { z } from "zod";
import { dogTimeline } from "#lib/contracts/dogs.ts";
import {
  type FleetStats,
  fleetStats,
  historyHorizon,
  historyRange,
  leastStable,
  leastStableQuery,
  statsQuery,
} from "#lib/contracts/fleet.ts";
import { clientId, problem } from "#lib/contracts/shared.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { HOUR_MS } from "#lib/history/rollup.ts";
import { iso } from "#server/fleet/dog-row.ts";
import type { LiveStats } from "#server/fleet/fleet-stats.ts";
import type { PastStats, Range } from "#server/history/fleet-history.ts";
import { leastStableRange } from "#server/history/least-stable.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Routes } from "./api-deps.ts";
import { statsRange, timelineRange } from "./history-window.ts";

const bySn = z.object({ sn: clientId });
const answers = { 400: problem, 503: problem };

/** A chart of an hour moves by the second, one of a month by nothing that is seen in five. */
const goodMs = ({ from, to }: Range): number => (to - from > HOUR_MS + 60_000 ? 5_000 : 1_000);

function joined(past: PastStats, live: LiveStats): FleetStats {
  return {
    ...past,
    as_of: live.as_of,
    reasons_now: live.reasons_now,
    attempts: { ...past.attempts, running: live.running },
    delays: { ...past.delays, waiting: live.waiting },
    marks: live.marks,
  };
}

/** Statistics of any window, from rollups; one dog's timeline; how far back it all reaches. */
export const historyRoutes: Routes = (api, { fleet, history, clock }) => {
  const tags = ["history"];
  const statsCache = createAnswerCache<FleetStats>(clock);
  api.get(
    "/api/fleet/stats",
    { schema: { tags, querystring: statsQuery, response: { 200: fleetStats, ...answers } } },
    async ({ query }) => {
      const range = statsRange(query, fleet.now());
      return statsCache(JSON.stringify(query), goodMs(range), async () => {
        const past = await history.stats({ ...range, by: query.by ?? null, timeZone: query.tz });
        return joined(past, fleet.liveStats(range.from, range.to));
      });
    },
  );
  api.get(
    "/api/fleet/least-stable",
    { schema: { tags, querystring: leastStableQuery, response: { 200: leastStable, ...answers } } },
    async ({ query }) => {
      const range = leastStableRange(statsRange(query, fleet.now()));
      const items = await history.leastStable({ ...range, limit: query.limit });
      const withState = items.map((item) => {
        const row = fleet.row(item.client_id);
        return {
          ...item,
          state: row === undefined || row.state === "retired" ? null : row.state,
          site: row?.site ?? null,
        };
      });
      return { from: iso(range.from), to: iso(range.to), items: withState };
    },
  );
  api.get("/api/fleet/horizon", { schema: { tags, response: { 200: historyHorizon, 503: problem } } }, async () => {
    const earliest = await history.earliest();
    return { earliest: earliest === null ? null : iso(earliest), latest: iso(fleet.now()) };
  });
  api.get(
    "/api/dogs/:sn/timeline",
    {
      schema: {
        tags,
        params: bySn,
        querystring: historyRange,
        response: { 200: dogTimeline, 404: problem, ...answers },
      },
    },
    async ({ params: { sn }, query }) => {
      const now = fleet.now();
      const told = await history.timeline(sn, timelineRange(query, now));
      if (!told) throw new AppError("not_found", `no dog ${sn} is known in that window`);
      return { as_of: iso(now), ...told, outages: [...told.outages] };
    },
  );
};
