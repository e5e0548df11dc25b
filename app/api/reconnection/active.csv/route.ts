import { csvResponse } from "#app/_server/responses.ts";
import { withRoute } from "#app/_server/with-route.ts";
import { dogQuery } from "#lib/contracts/reconnection.ts";

export const GET = withRoute(
  { role: "viewer", query: dogQuery.omit({ limit: true, cursor: true }) },
  async ({ query, runtime, signal }) =>
    csvResponse(await (await runtime.source()).activeCsv(query, signal), "reconnections", runtime.clock.now()),
);
