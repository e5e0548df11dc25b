import { withRoute } from "#app/_server/with-route.ts";
import { feedQuery } from "#lib/contracts/fleet.ts";

export const GET = withRoute({ role: "viewer", query: feedQuery }, async ({ query, runtime }) =>
  (await runtime.source()).feed(query),
);
