import { withRoute } from "#app/_server/with-route.ts";
import { statsQuery } from "#lib/contracts/fleet.ts";

export const GET = withRoute({ role: "viewer", query: statsQuery }, async ({ query, runtime }) =>
  (await runtime.source()).stats(query),
);
