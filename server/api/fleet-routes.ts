import { z } from "zod";
import { dogDetail, retireRequest, retireResult } from "#lib/contracts/dogs.ts";
import { dogFeedQuery, feedPage, feedQuery, fleetSummary, pastQuery } from "#lib/contracts/fleet.ts";
import { policy } from "#lib/contracts/policy.ts";
import { dogPage, dogQueryAt } from "#lib/contracts/reconnection.ts";
import { clientId, problem } from "#lib/contracts/shared.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { acknowledged, assertWritable } from "#server/fleet/acknowledge.ts";
import { fromWire } from "#server/fleet/policy-wire.ts";
import { callerOf, noteOf, type Routes } from "./api-deps.ts";
import { exportRange, pastInstant } from "./history-window.ts";
import { pageOf } from "./page-of.ts";

const bySn = z.object({ sn: clientId });
const unknownDog = (sn: string) => new AppError("not_found", `no dog ${sn} is known`);

/** The fleet as a whole. */
export const fleetRoutes: Routes = (api, { fleet, history }) => {
  const tags = ["fleet"];
  api.get(
    "/api/fleet/summary",
    { schema: { tags, querystring: pastQuery, response: { 200: fleetSummary, 400: problem, 410: problem } } },
    async ({ query: { at } }) => (at === undefined ? fleet.summary() : history.summaryAt(pastInstant(at, fleet.now()))),
  );
  api.get(
    "/api/fleet/events",
    { schema: { tags, querystring: feedQuery, response: { 200: feedPage, 400: problem } } },
    async ({ query }) => fleet.feed(query),
  );
};

/** The dogs, one by one. */
export const dogRoutes: Routes = (api, deps) => {
  const { fleet, journal, dogLine } = deps;
  const tags = ["dogs"];
  api.get(
    "/api/dogs",
    { schema: { tags, querystring: dogQueryAt, response: { 200: dogPage, 400: problem, 410: problem } } },
    async ({ query }) => pageOf(deps, query, "all"),
  );
  api.get(
    "/api/dogs/:sn",
    { schema: { tags, params: bySn, response: { 200: dogDetail, 404: problem } } },
    async ({ params }) => {
      const detail = await fleet.detail(params.sn);
      if (!detail) throw unknownDog(params.sn);
      return detail;
    },
  );
  api.get(
    "/api/dogs/:sn/events",
    { schema: { tags, params: bySn, querystring: dogFeedQuery, response: { 200: feedPage, 404: problem } } },
    async ({ params, query: { before, limit, ...range } }) => {
      if (!fleet.get(params.sn)) throw unknownDog(params.sn);
      return fleet.feed({ before, limit, ...exportRange(range), sn: params.sn });
    },
  );
  api.post(
    "/api/dogs/:sn/retire",
    {
      schema: { tags, params: bySn, body: retireRequest, response: { 200: retireResult, 404: problem, 503: problem } },
    },
    async (request) => {
      const { sn } = request.params;
      const dog = fleet.get(sn);
      if (!dog) throw unknownDog(sn);
      assertWritable(journal);
      if (!dog.retired) {
        journal.append({ type: "dog.retired", sn, actor: callerOf(request).actor, note: noteOf(request.body.note) });
      }
      await acknowledged(journal);
      dogLine.revoke(sn);
      return { client_id: sn, state: "retired" as const };
    },
  );
};

/** What is pushed to dogs that understand it, and what is assumed of the others. */
export const policyRoutes: Routes = (api, { fleet, journal, dogLine }) => {
  const tags = ["policy"];
  api.get("/api/policy", { schema: { tags, response: { 200: policy } } }, async () => fleet.policy());
  api.put(
    "/api/policy",
    { schema: { tags, body: policy, response: { 200: policy, 400: problem, 503: problem } } },
    async ({ body }) => {
      assertWritable(journal);
      journal.append({ type: "policy.changed", ...fromWire(body) });
      await acknowledged(journal);
      dogLine.pushPolicy();
      return fleet.policy();
    },
  );
};
