import { dogParams } from "#app/_server/route-params.ts";
import { withRoute } from "#app/_server/with-route.ts";

export const GET = withRoute({ role: "viewer", params: dogParams }, async ({ params, runtime }) =>
  (await runtime.source()).dog(params.sn),
);
