import { z } from "zod";
import {
  cleanupRequest,
  cleanupResult,
  dogExportAt,
  dogPage,
  dogQueryAt,
  forceBatchResult,
  forceList,
  forceListQuery,
  forceRequest,
  forceResult,
  forceStopQuery,
  forceStopResult,
  reconnectionStatus,
  statusRequest,
} from "#lib/contracts/reconnection.ts";
import { forceTicket, problem } from "#lib/contracts/shared.ts";
import { AppError } from "#lib/errors/app-error.ts";
import { callerOf, noteOf, type Routes } from "./api-deps.ts";
import { dogsCsv } from "./csv.ts";
import { pageOf, rowsOf } from "./page-of.ts";

const tags = ["reconnection"];
const unknownDog = (sn: string) => new AppError("not_found", `no dog ${sn} is known`);

/** The seed's four endpoints and what belongs to them. */
export const reconnectionRoutes: Routes = (api, deps) => {
  const { fleet, cleanup, exports } = deps;
  api.post(
    "/api/reconnection/status",
    { schema: { tags, body: statusRequest, response: { 200: reconnectionStatus, 404: problem } } },
    async ({ body }) => {
      const status = fleet.status(body.client_id);
      if (!status) throw unknownDog(body.client_id);
      return status;
    },
  );
  const active = { tags, response: { 200: dogPage, 400: problem, 410: problem } };
  api.get("/api/reconnection/active", { schema: { ...active, querystring: dogQueryAt } }, async ({ query }) =>
    pageOf(deps, query, "active"),
  );
  api.post("/api/reconnection/active", { schema: { ...active, body: dogQueryAt } }, async ({ body }) =>
    pageOf(deps, body, "active"),
  );
  api.get(
    "/api/reconnection/active.csv",
    { schema: { tags, produces: ["text/csv"], querystring: dogExportAt } },
    async ({ query }, reply) => exports.send(reply, "reconnections", rowsOf(deps, query, "active"), dogsCsv),
  );
  api.post(
    "/api/reconnection/cleanup",
    { schema: { tags, body: cleanupRequest, response: { 200: cleanupResult, 503: problem } } },
    async (request) => ({
      removed: await cleanup.run(callerOf(request).actor, { dryRun: request.body.dry_run ?? false }),
    }),
  );
};

/** Force-reconnect: one, some, or all that match; their tickets; stopping a batch. */
export const forceRoutes: Routes = (api, { force }) => {
  const path = "/api/reconnection/force";
  api.post(
    path,
    {
      schema: {
        tags,
        body: forceRequest,
        response: { 202: z.union([forceBatchResult, forceResult]), 404: problem, 409: problem, 503: problem },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const origin = { actor: callerOf(request).actor, note: noteOf(body.note) };
      reply.code(202);
      if ("filter" in body) return force.requestMatching(body.filter, body.expected, origin);
      if ("client_ids" in body) return force.request([...new Set(body.client_ids)], origin);
      const result = await force.request([body.client_id], origin);
      if (result.tickets.length === 0) throw unknownDog(body.client_id);
      return { client_id: body.client_id, ...result };
    },
  );
  api.get(
    path,
    { schema: { tags, querystring: forceListQuery, response: { 200: forceList, 404: problem } } },
    async ({ query }) => force.list(query),
  );
  api.get(
    `${path}/:ticket`,
    {
      schema: { tags, params: z.object({ ticket: z.string().max(64) }), response: { 200: forceTicket, 404: problem } },
    },
    async ({ params }) => {
      const ticket = force.ticket(params.ticket);
      if (!ticket) throw new AppError("not_found", "no such ticket");
      return ticket;
    },
  );
  api.delete(
    path,
    {
      schema: {
        tags,
        querystring: forceStopQuery,
        response: { 200: forceStopResult, 404: problem, 503: problem },
      },
    },
    async (request) => force.stop(request.query.batch, callerOf(request).actor),
  );
};
