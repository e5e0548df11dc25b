import { withRoute } from "#app/_server/with-route.ts";
import { pastQuery } from "#lib/contracts/fleet.ts";

export const GET = withRoute({ role: "viewer", query: pastQuery }, async ({ query, runtime }) =>
  (await runtime.source()).summary(query.at),
);
