import { withRoute } from "#app/_server/with-route.ts";
import { forceListQuery, forceRequest, forceStopQuery } from "#lib/contracts/reconnection.ts";

export const POST = withRoute({ role: "operator", body: forceRequest, status: 202 }, async ({ body, actor, runtime }) =>
  (await runtime.source()).force(body, actor),
);

export const GET = withRoute({ role: "viewer", query: forceListQuery }, async ({ query, runtime }) =>
  (await runtime.source()).forceList(query),
);

export const DELETE = withRoute({ role: "operator", query: forceStopQuery }, async ({ query, actor, runtime }) =>
  (await runtime.source()).stopBatch(query.batch, actor),
);
