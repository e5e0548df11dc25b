import { dogParams } from "#app/_server/route-params.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { dogFeedQuery } from "#lib/contracts/fleet.ts";

export const GET = withRoute(
  { role: "viewer", params: dogParams, query: dogFeedQuery },
  async ({ params, query, runtime }) => (await runtime.source()).dogEvents(params.sn, query),
);
