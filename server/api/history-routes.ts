import { z } from "zod";
import { type DogTimeline, dogTimeline } from "#lib/contracts/dogs.ts";
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
import { DAY_MS, HOUR_MS } from "#lib/history/rollup.ts";
import { iso } from "#server/fleet/dog-row.ts";
import type { LiveStats } from "#server/fleet/fleet-stats.ts";
import type { LeastStableDog, PastStats, Range } from "#server/history/fleet-history.ts";
import { leastStableRange } from "#server/history/least-stable.ts";
import { createAnswerCache } from "./answer-cache.ts";
import type { Routes } from "./api-deps.ts";
import { statsRange, timelineRange } from "./history-window.ts";

const bySn = z.object({ sn: clientId });
const answers = { 400: problem, 503: problem };

/** A chart of an hour moves by the second, one of a month by nothing that is seen in five. */
const goodMs = ({ from, to }: Range, briefMs = HOUR_MS): number => (to - from > briefMs + 60_000 ? 5_000 : 1_000);

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
  const leastCache = createAnswerCache<Range & { readonly dogs: readonly LeastStableDog[] }>(clock);
  const timelineCache = createAnswerCache<DogTimeline>(clock);
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
      const now = fleet.now();
      const range = leastStableRange(statsRange(query, now), now);
      const { from, to, dogs } = await leastCache(JSON.stringify(query), goodMs(range), async () => ({
        ...range,
        dogs: await history.leastStable({ ...range, limit: query.limit }),
      }));
      const items = dogs.map((item) => {
        const row = fleet.row(item.client_id);
        return {
          ...item,
          state: row === undefined || row.state === "retired" ? null : row.state,
          site: row?.site ?? null,
        };
      });
      return { from: iso(from), to: iso(to), items };
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
      const range = timelineRange(query, now);
      const { appliedEpoch, appliedSeq } = fleet.get(sn) ?? {};
      // What has happened to the dog since is in the next answer.
      const key = JSON.stringify([sn, query, appliedEpoch, appliedSeq]);
      return timelineCache(key, goodMs(range, DAY_MS), async () => {
        const told = await history.timeline(sn, range);
        if (!told) throw new AppError("not_found", `no dog ${sn} is known in that window`);
        return { as_of: iso(now), ...told, outages: [...told.outages] };
      });
    },
  );
};
