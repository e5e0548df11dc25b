import { withRoute } from "#app/_server/with-route.ts";
import { leastStableQuery } from "#lib/contracts/fleet.ts";

export const GET = withRoute({ role: "viewer", query: leastStableQuery }, async ({ query, runtime }) =>
  (await runtime.source()).leastStable(query),
);
