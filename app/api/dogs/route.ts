import { withRoute } from "#app/_server/with-route.ts";
import { dogQuery } from "#lib/contracts/dogs.ts";

export const GET = withRoute({ role: "viewer", query: dogQuery }, async ({ query, runtime }) =>
  (await runtime.source()).dogs(query),
);
