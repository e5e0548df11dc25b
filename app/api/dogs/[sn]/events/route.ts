import { parseInput } from "#app/_server/read-body.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { feedQuery } from "#lib/contracts/fleet.ts";
import { clientId } from "#lib/contracts/shared.ts";

export const GET = withRoute({ role: "viewer", query: feedQuery }, async ({ params, query, runtime }) =>
  (await runtime.source()).dogEvents(parseInput(clientId, params.sn), query),
);
