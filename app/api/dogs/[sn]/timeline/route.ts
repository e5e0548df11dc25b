import { dogParams } from "#app/_server/route-params.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { historyRange } from "#lib/contracts/fleet.ts";

export const GET = withRoute(
  { role: "viewer", params: dogParams, query: historyRange },
  async ({ params, query, runtime }) => (await runtime.source()).timeline(params.sn, query),
);
