import { withRoute } from "#app/_server/with-route.ts";
import { dogQuery } from "#lib/contracts/reconnection.ts";

export const GET = withRoute({ role: "viewer", query: dogQuery }, async ({ query, runtime }) =>
  (await runtime.source()).active(query),
);

export const POST = withRoute({ role: "viewer", body: dogQuery }, async ({ body, runtime }) =>
  (await runtime.source()).active(body),
);
