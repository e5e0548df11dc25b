import { withRoute } from "#app/_server/with-route.ts";
import { dogQueryAt } from "#lib/contracts/reconnection.ts";

export const GET = withRoute({ role: "viewer", query: dogQueryAt }, async ({ query, runtime }) =>
  (await runtime.source()).active(query),
);

export const POST = withRoute({ role: "viewer", body: dogQueryAt }, async ({ body, runtime }) =>
  (await runtime.source()).active(body),
);
